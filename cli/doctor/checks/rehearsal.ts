import { objectStore } from '../../../adapters/aws/object-store.ts';
import { sourceElastiCache } from '../../../adapters/aws/source-elasticache.ts';
import { type LeftByRehearsal, rehearsalFinding } from '../../../core/doctor/rehearsal-findings.ts';
import { pointOfFolder, vaultKeys } from '../../../core/model/keys.ts';
import { slotInName } from '../../../core/model/names.ts';
import { REHEARSAL_CACHE as cache, REHEARSAL_TAG } from '../../../core/model/rehearsal.ts';
import { slotAt } from '../../../core/model/slot.ts';
import type { Check } from '../check.ts';
import type { DoctorGround, Side } from '../ground.ts';
import { rehearsalSnapshots } from '../rehearse/snapshots.ts';

/** What a rehearsal that was killed has left in the source region. */
export function leftInSourceCheck(side: Side, ground: DoctorGround): Check {
  const needs = 'tag:GetResources, elasticache:DescribeCacheClusters and elasticache:DescribeSnapshots';
  return leftCheck(side, ground, { needs, look: () => leftInSource(side, ground) });
}

/** The same in the vault: a recovery point that is not released stays for ever. */
export function leftInVaultCheck(side: Side, ground: DoctorGround): Check {
  return leftCheck(side, ground, { needs: 's3:ListBucket', look: () => leftInVault(side, ground) });
}

interface Looking {
  readonly needs: string;
  readonly look: () => Promise<readonly LeftByRehearsal[]>;
}

function leftCheck(side: Side, { now }: DoctorGround, { needs, look }: Looking): Check {
  return {
    id: 'rehearsal',
    subject: side.region,
    needs,
    run: async () => [rehearsalFinding(await look(), side.region, now())],
  };
}

async function leftInSource({ region }: Side, { now }: DoctorGround): Promise<readonly LeftByRehearsal[]> {
  const elasticache = sourceElastiCache({ region });
  const tagged = await elasticache.listTagged(REHEARSAL_TAG);
  const snapshots = await rehearsalSnapshots(elasticache, slotAt(now()));
  return [
    ...tagged
      .filter((each) => each.cache === cache)
      .map(({ plan: began }) => ({ what: `the cache ${cache}`, began })),
    ...snapshots.map(({ name }) => ({ what: `the snapshot ${name}`, began: slotInName(name) })),
  ];
}

async function leftInVault({ region }: Side, { vaultBucket }: DoctorGround) {
  const store = objectStore({ bucket: vaultBucket, region });
  const keys = await store.list(vaultKeys.pointsOf('hourly', cache));
  const folders = new Set(keys.map(({ key }) => key.slice(0, key.lastIndexOf('/') + 1)));
  return [...folders].map((folder) => ({
    what: `the recovery point s3://${vaultBucket}/${folder}`,
    began: pointOfFolder(folder)?.slot,
  }));
}
