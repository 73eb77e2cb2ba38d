import { describe, expect, it } from 'vitest';
import { flat, listOf, rolesOf, synthesised, type Template } from './synthesised.ts';

/** Roles that may do this, without region, and on what. */
function mayDo(template: Template, action: string): readonly (readonly [string, string])[] {
  return rolesOf(template).flatMap(({ name = '', statements }) =>
    statements
      .filter(({ Action }) => listOf(Action).includes(action))
      .flatMap(({ Resource }) => listOf(Resource).map((each) => [name, flat(each)] as const)),
  );
}

describe('events', () => {
  const OF_SOURCE = ['raise-alert', 'send-canary', 'watch-source'];
  const OF_VAULT = [
    'admit-recovery-point',
    'raise-alert',
    'record-drill',
    'release-superseded',
    'send-canary',
    'sweep-drills',
    'watch-vault',
  ];

  it.each([
    ['demo', 'default'],
    ['all channels', 'operations'],
  ] as const)(
    'of the configuration “%s” are put on the bus %s by who sends alerts or ends a step',
    (name, bus) => {
      const { source, vault } = synthesised(name);
      for (const [template, lambdas, region] of [
        [source, OF_SOURCE, 'eu-west-1'],
        [vault, OF_VAULT, 'eu-central-1'],
      ] as const)
        expect([...mayDo(template, 'events:PutEvents')].sort()).toEqual(
          lambdas.map((lambda) => [
            `redrill-${lambda}-${region}`,
            `arn:aws:events:${region}:111122223333:event-bus/${bus}`,
          ]),
        );
    },
  );
});
