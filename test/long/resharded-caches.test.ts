import { expect, test } from 'vitest';
import { exportSeal } from '../../core/contracts/export.ts';
import { landingKeys } from '../../core/model/keys.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { coveringSingles, expectToWorkUnder } from '../e2e/readings.ts';

/**
 * All that `readings.test.ts` leaves over, so that each answer has a world. ElastiCache reads the staged files by their ACLs,
 * as the configuration allows: under the usual configuration it is refused.
 */
const LEFT_OVER = coveringSingles().slice(1);

test.each(LEFT_OVER)(
  'resharded caches: files with gaps in their numbers are matched to shards of several slot ranges, and restored',
  (chosen) =>
    expectToWorkUnder(
      { ...chosen, 'export-file-numbers': 'node-group-id', 'slot-ranges': 'refused', 'seed-grant': 'acl' },
      async (world, slot) => {
        const snapshot = snapshotNameOf('sharded', slot);
        const seal = await world.document(world.demo.landingBucket, landingKeys.seal(snapshot), exportSeal);
        expect(seal.shards.map(({ key }) => key)).toEqual([`${snapshot}-0002.rdb`, `${snapshot}-0007.rdb`]);
        const [point] = await world.points('sharded');
        expect(point?.topology.shards).toEqual([
          { shard: 1, slots: '5462-10922,13654-16383' },
          { shard: 2, slots: '0-5461,10923-13653' },
        ]);
      },
      'acl',
    ),
);
