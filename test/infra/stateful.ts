import { isDeepStrictEqual } from 'node:util';
import { UPDATE_REQUIRES } from '@redrill/local-aws/cloudformation';
import type { Template } from './synthesised.ts';

/** What holds data or history, or protects it. */
export const STATEFUL = [
  'AWS::DynamoDB::Table',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SSM::Parameter',
  'AWS::StepFunctions::StateMachine',
];

/** What becomes of the stateful resources of a stack that is deployed over another: logical ids, and properties by path. */
export function lossesBetween(before: Template, after: Template) {
  const stateful = Object.entries(before.Resources).filter(([, { Type }]) => STATEFUL.includes(Type));
  const removed = stateful.filter(([id, { Type }]) => after.Resources[id]?.Type !== Type).map(([id]) => id);
  const replaced = stateful
    .filter(([id]) => !removed.includes(id))
    .flatMap(([id, { Type, Properties }]) =>
      (UPDATE_REQUIRES[Type]?.replacement ?? [])
        .filter(
          (property) =>
            !isDeepStrictEqual(Properties?.[property], after.Resources[id]?.Properties?.[property]),
        )
        .map((property) => `${id}.${property}`),
    );
  return { removed, replaced };
}
