import { describe, expect, it } from 'vitest';
import { whyNobodyIsReached } from '../../../../core/watch/alert-path.ts';
import { noticesOfOtherSide, type OtherReport } from '../../../../core/watch/other-side.ts';
import { rolesInTurn } from '../../../../core/watch/roles-in-turn.ts';

const ARN = 'arn:aws:sns:eu-west-1:111122223333:redrill-alerts';
const SWITCH = 'switch@example.com';
const address = (endpoint: string, confirmed = true) => ({ protocol: 'email', endpoint, confirmed });

describe('whyNobodyIsReached', () => {
  it.each([
    ['one that is confirmed', [address('a@example.com')], undefined],
    ['one of two', [address('a@example.com', false), address('b@example.com')], undefined],
    ['none', [], 'the topic redrill-alerts has no subscription that gets alerts'],
    [
      'the address of test messages alone',
      [address(SWITCH)],
      'the topic redrill-alerts has no subscription that gets alerts',
    ],
    [
      'none that is confirmed',
      [address('a@example.com', false), address(SWITCH)],
      'the topic redrill-alerts has no confirmed subscription; waiting for confirmation: a@example.com',
    ],
    ['no topic', undefined, 'the topic redrill-alerts does not exist'],
  ])('with %s', (_what, subscriptions, why) =>
    expect(whyNobodyIsReached([{ arn: ARN, subscriptions }], [SWITCH])).toBe(why),
  );

  it('with one endpoint that SNS cannot deliver to, and with an address besides', () => {
    const endpoint = { ...address('https://example.com'), protocol: 'https' };
    const topic = { arn: ARN, subscriptions: [endpoint] };
    expect(whyNobodyIsReached([topic], [])).toBeUndefined();
    expect(whyNobodyIsReached([{ ...topic, failing: true }], [])).toBe(
      'SNS cannot deliver to the endpoints of the topic redrill-alerts',
    );
    const both = { arn: ARN, subscriptions: [endpoint, address('a@example.com')], failing: true };
    expect(whyNobodyIsReached([both], [])).toBeUndefined();
  });

  it('is content with a chat that is subscribed', () => {
    const chat = { arn: `${ARN}-chat`, subscriptions: [address('https://chat')] };
    expect(whyNobodyIsReached([{ arn: ARN, subscriptions: [] }, chat], [])).toBeUndefined();
  });
});

const down = { state: 'failed', message: 'no answer within 15 s', passing: true } as const;
const refused = { state: 'failed', message: 'AccessDenied', passing: false } as const;
const up = { state: 'answered', value: undefined } as const;
const well = { state: 'answered', value: { arn: ARN, subscriptions: [address('a@example.com')] } } as const;

describe('noticesOfOtherSide', () => {
  const codes = (
    topic: typeof down | typeof refused | typeof well,
    answer: typeof down | typeof refused | typeof up,
    report?: OtherReport,
  ) =>
    noticesOfOtherSide({
      here: 'eu-central-1',
      otherSide: { region: 'eu-west-1', topics: [ARN], testsOnly: [] },
      half: 'source',
      topics: [topic],
      second: { service: 'Amazon S3', answer },
      report,
      now: new Date(0),
    }).map(({ alert }) => alert.code);

  it.each([
    ['both services silent', down, down, ['RegionDown']],
    ['SNS alone', down, up, ['AlertsUnchecked']],
    ['S3 alone', well, down, []],
    ['a refusal, which is an answer', refused, down, ['AlertsUnchecked']],
    ['all well', well, up, []],
  ] as const)('%s', (_what, topic, second, expected) => expect(codes(topic, second)).toEqual(expected));

  it('tells what only the other region sees: that nothing it sends is delivered', () => {
    const at = new Date(0).toISOString();
    expect(codes(well, up, { at })).toEqual([]);
    expect(codes(well, up, { at, alertsLost: 'SNS cannot deliver' })).toEqual(['AlertsReachNobody']);
  });
});

describe('rolesInTurn', () => {
  const roles = Array.from({ length: 10 }, (_, at) => ({ name: `role-${at}`, trust: {}, policies: {} }));
  const turn = (minutes: number, isTold = (_: string) => false) =>
    rolesInTurn(roles, new Date(Date.UTC(2026, 10, 21, 12, minutes)), isTold).map(({ name }) => name);

  it('reads every role once in the four looks of an hour, three at most in a look', () => {
    const looks = [0, 15, 30, 45].map((minutes) => turn(minutes));
    expect(looks.flat().sort()).toEqual(roles.map(({ name }) => name));
    expect(Math.max(...looks.map((look) => look.length))).toBe(3);
  });

  it('reads what people were told of with every look', () => {
    for (const minutes of [0, 15, 30, 45])
      expect(turn(minutes, (role) => role === 'role-3')).toContain('role-3');
  });
});
