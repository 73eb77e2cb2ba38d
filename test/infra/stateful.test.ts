import { UPDATE_REQUIRES } from '@redrill/local-aws/cloudformation';
import { describe, expect, it } from 'vitest';
import { CONFIGURATIONS, type ConfigurationName } from './configurations.ts';
import { lossesBetween, STATEFUL } from './stateful.ts';
import { resourcesOf, synthesised, type Template } from './synthesised.ts';

/*
 * What holds data or history, or protects it. A change of such a resource's logical id or of its name makes CloudFormation
 * create another one and leave or delete the one that is there: whoever changes a line of the golden list has to say in
 * the changelog how existing deployments get there.
 */

/** `AWS::S3::Bucket Landing… redrill-landing-…` of every stateful resource. */
function statefulOf(template: Template): readonly string[] {
  return STATEFUL.flatMap((type) =>
    resourcesOf(template, type).map(({ id, Properties }) =>
      [type, id, nameOf(type, Properties)].filter((part) => part !== undefined).join(' '),
    ),
  ).sort();
}

function nameOf(type: string, properties: Readonly<Record<string, unknown>>): string | undefined {
  const name = UPDATE_REQUIRES[type]?.name;
  const value = name === undefined ? undefined : properties[name];
  return value === undefined ? undefined : String(value);
}

it('stateful resources keep their logical ids and names', async () => {
  const { source, vault } = synthesised();
  const list = [
    ...statefulOf(source).map((line) => `redrill-source ${line}`),
    ...statefulOf(vault).map((line) => `redrill-vault ${line}`),
  ];
  await expect(`${list.join('\n')}\n`).toMatchFileSnapshot('golden/stateful.txt');
});

/** Configurations that a deployment in the same accounts can go over to. */
const CHANGES = (Object.keys(CONFIGURATIONS) as ConfigurationName[]).filter(
  (name) => name !== 'no account' && name !== 'vault account',
);
/** The key of an earlier deployment takes the place of the stack's own, which is retained; a network of one's own logs itself. */
const GIVEN_UP: Readonly<Record<string, readonly string[]>> = {
  'earlier key': ['VaultKeyCB88EF1A'],
  'existing network': ['DrillNetworkFlowLogsBC6C8983'],
};

describe.each(['source', 'vault'] as const)('of the %s stack', (half) => {
  it.each(CHANGES)('none is removed or replaced by a change to the configuration "%s"', (name) => {
    const losses = lossesBetween(synthesised('demo')[half], synthesised(name)[half]);
    expect(losses).toEqual({ removed: half === 'vault' ? (GIVEN_UP[name] ?? []) : [], replaced: [] });
  });
});
