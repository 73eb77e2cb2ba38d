import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../../core/alerts/compose-notice.ts';
import { type Delivery, planNotices, settleNotices } from '../../../../core/alerts/plan-notices.ts';
import { NO_NOTICES, type NoticeMemory, noticeMemory } from '../../../../core/contracts/notices.ts';

const START = Date.UTC(2026, 10, 21, 12);
const at = (minutes: number, id = `look at ${minutes}`) => ({ id, now: new Date(START + minutes * 60_000) });
const notice = (fault: string, ...parts: readonly string[]): Notice => ({
  fault,
  parts,
  alert: { code: 'SettingsDrifted', severity: 'page', cache: 'vault', subject: fault, text: fault },
});

/** One whole look: planned, sent, settled. */
function look(
  minutes: number,
  notices: readonly Notice[],
  before: NoticeMemory,
  refused: readonly string[] = [],
  how: Delivery = 'refused',
) {
  const { tellings, memory } = planNotices(notices, before, at(minutes));
  const settled = tellings.map(
    (telling) => ({ ...telling, delivery: refused.includes(telling.fault) ? how : 'sent' }) as const,
  );
  const after = settleNotices(memory, at(minutes), settled);
  return {
    told: tellings.map(({ alert }) => alert.code),
    memory: noticeMemory.parse(JSON.parse(JSON.stringify(after))),
  };
}

describe('planNotices', () => {
  it('tells of a fault at once, then hourly, and once when it is over', () => {
    let memory = NO_NOTICES;
    const fault = [notice('a', 'x')];
    const looks: readonly [number, readonly Notice[], readonly string[]][] = [
      [0, [], []],
      [15, fault, ['SettingsDrifted']],
      [30, fault, []],
      [74, fault, []],
      [75, fault, ['SettingsDrifted']],
      [90, [], ['SettingsDriftedResolved']],
      [105, [], []],
      [120, fault, ['SettingsDrifted']],
    ];
    for (const [minutes, notices, expected] of looks) {
      const result = look(minutes, notices, memory);
      expect(result.told, `after ${minutes} minutes`).toEqual(expected);
      ({ memory } = result);
    }
  });

  it('says of one that comes and goes, as while a backlog is worked off, once an hour that it is over', () => {
    let memory = NO_NOTICES;
    const fault = [notice('a', 'x')];
    const looks: readonly [number, readonly Notice[], readonly string[]][] = [
      [0, fault, ['SettingsDrifted']],
      [15, [], ['SettingsDriftedResolved']],
      [30, fault, ['SettingsDrifted']],
      [45, [], []],
      [60, fault, []],
      [74, [], []],
      [75, [], ['SettingsDriftedResolved']],
      [90, [], []],
    ];
    for (const [minutes, notices, expected] of looks) {
      const result = look(minutes, notices, memory);
      expect(result.told, `after ${minutes} minutes`).toEqual(expected);
      ({ memory } = result);
    }
  });

  it('tells of news once, again only of what is new, and never of an end', () => {
    let memory = NO_NOTICES;
    const news = (part: string): Notice => {
      const { alert, ...of } = notice('a', part);
      return { ...of, alert: { ...alert, severity: 'ticket', code: 'ContentChanged' } };
    };
    for (const [minutes, part, told] of [
      [0, 'x', 1],
      [60, 'x', 0],
      [3 * 1_440, 'x', 0],
      [3 * 1_440 + 15, 'y', 1],
      [9 * 1_440, 'y', 0],
    ] as const) {
      const result = look(minutes, [news(part)], memory);
      expect(result.told, `after ${minutes} minutes`).toHaveLength(told);
      ({ memory } = result);
    }
    expect(look(9 * 1_440 + 15, [], memory)).toEqual({ told: [], memory: NO_NOTICES });
  });

  it('forgets with the next message when it said that a fault is over, once that is an hour ago', () => {
    const over = look(15, [], look(0, [notice('a', 'x')], NO_NOTICES).memory);
    expect(over.memory.faults).toHaveProperty('a.overAt');
    expect(look(60, [notice('b', 'y')], over.memory).memory.faults).toHaveProperty('a');
    expect(look(75, [notice('b', 'y')], over.memory).memory.faults).not.toHaveProperty('a');
  });

  it('tells of a part that is new at once, and of one that came back', () => {
    const first = look(0, [notice('a', 'x')], NO_NOTICES);
    const second = look(15, [notice('a', 'x', 'y')], first.memory);
    expect(second.told).toEqual(['SettingsDrifted']);
    const third = look(30, [notice('a', 'y')], second.memory);
    expect(third.told).toEqual([]);
    expect(look(45, [notice('a', 'x', 'y')], third.memory).told).toEqual(['SettingsDrifted']);
  });

  it('sends a refused message with the next look, and the others once', () => {
    const first = look(0, [notice('a', 'x'), notice('b', 'y')], NO_NOTICES, ['a']);
    expect(planNotices([notice('a', 'x'), notice('b', 'y')], first.memory, at(1)).tellings).toMatchObject([
      { fault: 'a' },
    ]);
  });

  it('says nothing of the end of what people never heard of', () => {
    const refused = look(0, [notice('a', 'x')], NO_NOTICES, ['a']);
    expect(look(15, [], refused.memory)).toEqual({ told: [], memory: NO_NOTICES });
  });

  it('sends a message without an answer again while the fault lasts, and says that it is over: it may have come', () => {
    const unsure = look(0, [notice('a', 'x')], NO_NOTICES, ['a'], 'unsure');
    expect(look(15, [notice('a', 'x')], unsure.memory).told).toEqual(['SettingsDrifted']);
    const over = look(15, [], unsure.memory);
    expect(over.told).toEqual(['SettingsDriftedResolved']);
    expect(look(30, [], over.memory).told).toEqual([]);
  });

  it('says that it is over what a look may have told that died, also when the next message was refused', () => {
    const claimed = planNotices([notice('a', 'x')], NO_NOTICES, at(0)).memory;
    const refused = look(15, [notice('a', 'x')], claimed, ['a']);
    expect(refused.told).toEqual(['SettingsDrifted']);
    const over = look(30, [], refused.memory);
    expect(over.told).toEqual(['SettingsDriftedResolved']);
    expect(look(45, [], over.memory).told).toEqual([]);
  });

  it('says again that it is over if that was refused', () => {
    const told = look(0, [notice('a', 'x')], NO_NOTICES);
    const over = look(15, [], told.memory, ['a']);
    expect(look(30, [], over.memory).told).toEqual(['SettingsDriftedResolved']);
  });

  it('leaves a fault that was not looked for as people were told of it', () => {
    const { memory: told } = look(0, [notice('a', 'x')], NO_NOTICES);
    expect(planNotices([], told, at(15), { lookedFor: () => false })).toEqual({ tellings: [], memory: told });
    expect(planNotices([], told, at(15)).tellings).toMatchObject([{ outcome: 'over' }]);
  });

  it('says that it is over what a look may have told that died, also when that is refused once', () => {
    const claimed = planNotices([notice('a', 'x')], NO_NOTICES, at(0)).memory;
    const refused = look(15, [], claimed, ['a']);
    expect(refused.told).toEqual(['SettingsDriftedResolved']);
    expect(look(30, [], refused.memory).told).toEqual(['SettingsDriftedResolved']);
  });

  it('leaves to another look what that has claimed, and takes over from one that died', () => {
    const claimed = planNotices([notice('a', 'x')], NO_NOTICES, at(0)).memory;
    expect(planNotices([notice('a', 'x')], claimed, at(0.5))).toEqual({ tellings: [], memory: claimed });
    expect(planNotices([notice('a', 'x')], claimed, at(1)).tellings).toHaveLength(1);
    expect(planNotices([], claimed, at(1)).tellings).toMatchObject([{ outcome: 'over' }]);
  });

  it('sends what it has claimed itself, though it has lost the answer to that', () => {
    const claimed = planNotices([notice('a', 'x')], NO_NOTICES, at(0)).memory;
    const again = planNotices([notice('a', 'x')], claimed, at(0));
    expect(again).toMatchObject({ tellings: [{ fault: 'a' }], memory: claimed });
  });

  it('keeps the claim of a look that died until it may be said that the fault is over', () => {
    const over = look(15, [], look(0, [notice('a', 'x')], NO_NOTICES).memory);
    const claimed = planNotices([notice('a', 'x')], over.memory, at(30)).memory;
    const waiting = look(45, [], claimed);
    expect(waiting).toEqual({ told: [], memory: claimed });
    expect(look(75, [], waiting.memory).told).toEqual(['SettingsDriftedResolved']);
  });

  it('does not settle what another look has taken over', () => {
    const claimed = planNotices([notice('a', 'x')], NO_NOTICES, at(0));
    const taken = planNotices([notice('a', 'x')], claimed.memory, at(2)).memory;
    const late = claimed.tellings.map((telling) => ({ ...telling, delivery: 'sent' as const }));
    expect(settleNotices(taken, at(0), late)).toEqual(taken);
    expect(settleNotices(NO_NOTICES, at(0), late)).toEqual(NO_NOTICES);
  });
});
