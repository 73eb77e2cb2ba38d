import { describe, expect, test } from 'vitest';
import { InStep } from '../../field-notes/in-step.ts';
import type { NotedCall } from '../../field-notes/notes.ts';
import { isSameWay, stretchesOf } from '../../field-notes/stretches.ts';

const MINUTE_MS = 60_000;

/** Looks at one thing, each state of the notes with its minute. */
const looks = (...states: readonly (readonly [minutes: number, status: string])[]): readonly NotedCall[] =>
  states.map(([minutes, Status]) => ({
    afterMs: minutes * MINUTE_MS,
    service: 'ElastiCache',
    operation: 'DescribeReplicationGroups',
    region: 'eu-west-1',
    input: { ReplicationGroupId: 'r' },
    output: { ReplicationGroups: [{ Status }] },
  }));

/** Whether a replay goes the way of the notes where the thing has these states from these minutes on. */
async function isReplayed(
  calls: readonly NotedCall[],
  ...here: readonly (readonly [minutes: number, status: string])[]
): Promise<boolean> {
  let now = 0;
  const passUntil = async (instant: number) => {
    now = Math.max(now, instant);
  };
  const call = async () => {
    const Status = here.findLast(([minutes]) => minutes * MINUTE_MS <= now)?.[1];
    return { output: { ReplicationGroups: [{ Status }] } };
  };
  const inStep = new InStep({ calls }, { now: () => now, passUntil });
  const found: NotedCall[] = [];
  for (const noted of calls)
    for (const { answer, at } of await inStep.answers(noted, call))
      found.push({ ...noted, output: { ...answer.output }, afterMs: at });
  return isSameWay(stretchesOf(calls), stretchesOf(found));
}

describe('a replay keeps in step with the notes', () => {
  const notes = looks(
    [0, 'creating'],
    [1, 'creating'],
    [2, 'available'],
    [2.5, 'available'],
    [3, 'snapshotting'],
    [3.5, 'snapshotting'],
    [4, 'available'],
  );
  const states = ['creating', 'available', 'snapshotting', 'available'];

  test.each([
    { are: 'as fast', minutes: [0, 2, 3, 4] },
    { are: 'slower', minutes: [0, 6, 10, 13] },
    { are: 'faster', minutes: [0, 1.2, 2.2, 2.9] },
  ])('where things are $are', async ({ minutes }) => {
    const here = minutes.map((each, at): readonly [number, string] => [each, states[at] ?? '']);
    expect(await isReplayed(notes, ...here)).toBe(true);
  });

  const modified = (until: number) =>
    [
      [0, 'creating'],
      [1.9, 'modifying'],
      [until, 'available'],
    ] as const;

  test('and finds a state that the notes lack, and that lasts for minutes', async () => {
    expect(await isReplayed(notes.slice(0, 4), ...modified(5))).toBe(false);
  });

  test('but not one that AWS may have had between two looks', async () => {
    expect(await isReplayed(notes.slice(0, 4), ...modified(2.4))).toBe(true);
  });

  test('and finds that a state of the notes never comes', async () => {
    const lasting = looks([0, 'available'], [1, 'snapshotting'], [3, 'snapshotting'], [4, 'available']);
    expect(await isReplayed(lasting, [0, 'available'])).toBe(false);
    expect(await isReplayed(lasting, [0, 'available'], [2, 'snapshotting'], [5, 'available'])).toBe(true);
  });
});
