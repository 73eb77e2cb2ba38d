import { expect, it } from 'vitest';
import { matchShards, shardsOf } from '../../../../core/ingest/match-shards.ts';
import { sealOf, soundShard } from '../facts.ts';

const RESHARDED = [
  { shard: 1, slots: '0-4000' },
  { shard: 2, slots: '4001-8000,12001-16383' },
  { shard: 3, slots: '8001-12000' },
];
const UNSOUND = { sound: false, shard: 2, key: 'k', problem: { code: 'Crc', message: 'm' } } as const;

it.each([
  ['by the slots that were read in them', ['9000', '17', '4500,13000-13002'], [3, 1, 2]],
  ['empty files take the shards that remain', ['', '9000', ''], [1, 3, 2]],
  ['a file with keys of two shards takes one that remains', ['3999-4001', '9000', '4500'], [1, 3, 2]],
])('files are matched to shards: %s', (_how, keySlots, expected) => {
  const findings = keySlots.map((slots, at) => soundShard(at + 1, 10, { keySlots: slots }));
  expect(matchShards(RESHARDED, findings)).toEqual(
    expected.map((of, at) => ({ shard: at + 1, slots: RESHARDED[of - 1]?.slots })),
  );
});

it('a file that cannot be read, or has no finding, takes a shard that remains', () =>
  expect(matchShards(RESHARDED, [soundShard(1, 10, { keySlots: '9000' }), UNSOUND])).toEqual([
    { shard: 1, slots: '8001-12000' },
    { shard: 2, slots: '0-4000' },
    { shard: 3, slots: '4001-8000,12001-16383' },
  ]));

it('with cluster mode disabled there are no slots', () =>
  expect(matchShards([{ shard: 1 }], [soundShard(1, 10, { keySlots: '7' })])).toEqual([{ shard: 1 }]));

it.each<[string, string[], (string | undefined)[]]>([
  ['of one file, all slots', ['17'], ['0-16383']],
  ['of one file without keys, all slots', [''], ['0-16383']],
  [
    'of files that lie apart, up to the last key of each',
    ['9000-9001', '0,17', '4500'],
    ['4501-16383', '0-17', '18-4500'],
  ],
  ['of files with keys between another’s, equal shares', ['0,9000', '17'], ['0-8191', '8192-16383']],
  ['of a file with keys and one without, equal shares', ['0', ''], ['0-8191', '8192-16383']],
])('the files of a serverless cache get slots by their keys: %s', (_which, keySlots, expected) => {
  const shards = keySlots.map((_, at) => ({ shard: at + 1 }));
  const findings = keySlots.map((slots, at) => soundShard(at + 1, 10, { keySlots: slots }));
  const seal = { kind: 'serverless', topology: { ...sealOf().topology, shards } } as const;
  expect(shardsOf(seal, findings)).toEqual(expected.map((slots, at) => ({ shard: at + 1, slots })));
});
