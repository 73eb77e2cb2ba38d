import { expect, it } from 'vitest';
import { slotGap } from '../../../../core/ingest/slot-gap.ts';
import { soundShard } from '../facts.ts';

const SLOTS = 16_384;
/** Every `step`th slot of a range, as keys that are spread over it would occupy. */
function spread(from: number, to: number, step: number): string {
  const slots: number[] = [];
  for (let slot = from; slot <= to; slot += step) slots.push(slot);
  return slots.join(',');
}
const gapOf = (...keySlots: string[]) =>
  slotGap(
    { kind: 'serverless' },
    keySlots.map((slots, at) => soundShard(at + 1, 10, { keySlots: slots })),
  );

it.each<[string, string[]]>([
  ['two files that have all slots between them', ['0-8191', '8192-16383']],
  ['few keys', ['100,9000', '15000']],
  ['many keys under one hash tag', ['17']],
  ['keys that are spread thinly', [spread(0, SLOTS - 1, 97)]],
  ['no key', ['']],
])('nothing is odd about %s', (_what, keySlots) => expect(gapOf(...keySlots)).toEqual([]));

it.each<[string, string[], string]>([
  ['the last of three files is missing', ['0-5460', '5461-10922'], 'slots 10923 to 16383, and 10923 others'],
  ['the first of three is missing', ['5461-10922', '10923-16383'], 'slots 0 to 5460, and 10923 others'],
  [
    'the second of three is missing, of some hundred keys',
    [spread(0, 5460, 40), spread(10923, 16383, 40)],
    'slots 5441 to 10922',
  ],
])('%s', (_what, keySlots, message) => {
  const [reason] = gapOf(...keySlots);
  expect(reason).toMatchObject({ code: 'SlotGap' });
  expect(reason?.message).toContain(message);
});

it('a replication group tells its slots itself', () =>
  expect(slotGap({ kind: 'replication-group' }, [soundShard(1, 10, { keySlots: '0-8191' })])).toEqual([]));
