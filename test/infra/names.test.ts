import { UPDATE_REQUIRES } from '@redrill/local-aws/cloudformation';
import { expect, it } from 'vitest';
import { NAMED } from '../../core/doctor/name-findings.ts';
import { synthesised } from './synthesised.ts';

/** What redrill doctor looks at in other ways, or not at all: docs/cli.md says so. */
const ELSEWHERE = {
  'AWS::S3::Bucket': 'adopted with --import-existing-resources',
  'AWS::S3::BucketPolicy': 'comes with its bucket',
  'AWS::SQS::Queue': 'not looked up',
  'AWS::Scheduler::Schedule': 'in a group of the stack’s own, which is looked up',
};

it('redrill doctor looks up the names of every type to which the templates give names', () => {
  const { source, vault } = synthesised();
  const resources = [source, vault].flatMap(({ Resources }) => Object.values(Resources));
  const named = new Map(
    resources.flatMap(({ Type, Properties = {} }) => {
      const property = UPDATE_REQUIRES[Type]?.name;
      return property !== undefined && property in Properties ? [[Type, property] as const] : [];
    }),
  );
  const known = Object.entries(NAMED).map(([type, { property }]) => [type, property] as const);
  expect([...named].filter(([type]) => !(type in ELSEWHERE)).sort()).toEqual([...known].sort());
  expect(Object.keys(ELSEWHERE).filter((type) => !named.has(type))).toEqual([]);
});
