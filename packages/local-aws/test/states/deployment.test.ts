import { describe, expect, it } from 'vitest';
import { declare } from '../lambda/fixture.ts';
import { functionArn, MACHINE_ROLE, statesBed } from './fixture.ts';

const one = (state: object, more: object = {}) => ({
  StartAt: 'S',
  States: { S: { End: true, ...state } },
  ...more,
});

describe('deployment refuses', () => {
  const cases: readonly [string, object, RegExp][] = [
    ['JSONata', one({ Type: 'Pass' }, { QueryLanguage: 'JSONata' }), /QueryLanguage = "JSONata"/],
    ['Assign', one({ Type: 'Pass', Assign: { a: 1 } }), /Pass state "S": Assign/],
    [
      'task tokens',
      one({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }),
      /waitForTaskToken/,
    ],
    [
      'SDK integrations',
      one({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:elasticache:createSnapshot' }),
      /aws-sdk/,
    ],
    [
      'intrinsic functions',
      one({ Type: 'Pass', Parameters: { 'a.$': 'States.MathRandom(1, 9, 7)' } }),
      /the intrinsic function States.MathRandom/,
    ],
    ['paths with several values', one({ Type: 'Pass', Parameters: { 'a.$': '$.x[*].y' } }), /several values/],
    [
      'an invalid definition',
      { StartAt: 'X', States: { S: { Type: 'Pass', End: true } } },
      /Invalid State Machine/,
    ],
  ];
  it.each(cases)('%s', async (_what, definition, message) => {
    await expect(statesBed().deploy(definition)).rejects.toThrow(message);
  });

  it('Express machines, and a role that may not deliver logs', async () => {
    const bed = statesBed();
    await expect(bed.deploy(one({ Type: 'Pass' }), { StateMachineType: 'EXPRESS' })).rejects.toThrow(
      /EXPRESS/,
    );
    bed.fabric.denied.add('logs:CreateLogDelivery');
    await expect(
      bed.deploy(one({ Type: 'Pass' }), { LoggingConfiguration: { Level: 'ALL' } }),
    ).rejects.toThrow(/not authorized to access the Log Destination/);
  });
});

it('handlers take a definition as an object with substitutions', async () => {
  const bed = statesBed();
  bed.functions.f = () => 'yes';
  const properties = {
    RoleArn: MACHINE_ROLE,
    Definition: one({ Type: 'Task', Resource: `\${Fn}` }),
    DefinitionSubstitutions: { Fn: functionArn('f') },
  };
  const created = await bed.states.resourceHandlers[0]?.create(
    declare('AWS::StepFunctions::StateMachine', 'Sub', properties),
  );
  const execution = await bed.start(created?.ref ?? '');
  await bed.finish(execution);
  expect(execution.ending?.output).toBe('yes');
});
