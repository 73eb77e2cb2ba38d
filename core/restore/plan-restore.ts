import type { TopologyDifference } from '../contracts/drill.ts';
import type { RecoveryPoint } from '../contracts/recovery-point.ts';
import type { RestoredClusterOrder, RestoreNeed, RestorePlan } from '../contracts/restore.ts';
import { pointNameOf } from '../model/point-name.ts';
import { restoreAccess, restoreNetwork } from './access.ts';
import { restoreEngine } from './engine.ts';
import { restoreParameters } from './parameters.ts';
import { leaveServerless, makesServerless, restoreServerless } from './serverless.ts';
import { restoreReplicas, restoreShape } from './shape.ts';
import type { RegionFacts, RestoreChoices, Sheet } from './sheet.ts';

/**
 * The cluster that a restore makes, where it differs from the cache, and what is missing before it can be made. A plan
 * with needs is never applied: ElastiCache would refuse some of them only after a quarter of an hour.
 */
export function planRestore(point: RecoveryPoint, choices: RestoreChoices, facts: RegionFacts): RestorePlan {
  const differences: TopologyDifference[] = [];
  const needs: RestoreNeed[] = [];
  const notes: string[] = [];
  const sheet: Sheet = {
    point,
    choices,
    facts,
    differ: (each) => void (each.recorded !== each.restored && differences.push(each)),
    need: (each) => void needs.push(each),
    note: (text) => void notes.push(text),
  };
  checkId(sheet);
  const made = makesServerless(point.topology, choices) ? restoreServerless(sheet) : nodeBased(sheet);
  const creates = { ...made, tags: ownTags(point.topology.tags) };
  const { cache, slot, tier, takenAt, totals } = point;
  return {
    to: choices.to,
    region: choices.region,
    stagingBucket: choices.stagingBucket,
    point: { cache, slot, tier, takenAt, keys: totals.keys, bytes: totals.bytes },
    creates,
    differences,
    needs,
    notes,
  };
}

function nodeBased(sheet: Sheet): Omit<RestoredClusterOrder, 'tags'> {
  const { durability, serverless } = sheet.point.topology;
  if (serverless !== undefined) leaveServerless(sheet, serverless);
  const shape = restoreShape(sheet);
  const { engine, engineVersion, family } = restoreEngine(sheet);
  const chosen = { engine, engineVersion, family, clusterMode: shape.clusterMode };
  return {
    engine,
    engineVersion,
    ...shape,
    ...restoreReplicas(sheet, shape.clusterMode),
    parameterGroup: restoreParameters(sheet, chosen),
    ...restoreNetwork(sheet),
    ...restoreAccess(sheet),
    ...(durability === undefined ? {} : { durability }),
  };
}

/**
 * What the new cluster is described as, and known by: its tags cannot be read while it is being created.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html (checked 2026-11-22)
 */
export function restoreDescription({ cache, slot }: Pick<RecoveryPoint, 'cache' | 'slot'>): string {
  return `Redrill restore of ${cache}, recovery point ${slot}`;
}

/** The recovery point that a cluster was restored from, as {@link pointNameOf} names it; undefined if it was not. */
export function restoredFrom(description: string | undefined): string | undefined {
  const [, cache, slot] = /^Redrill restore of (\S+), recovery point (\S+)$/.exec(description ?? '') ?? [];
  return cache === undefined ? undefined : `${cache}/${slot}`;
}

function checkId({ point, choices, facts: { existing }, need, note }: Sheet): void {
  const { to, region } = choices;
  if (existing === undefined) return;
  const isServerless = makesServerless(point.topology, choices);
  if (existing.restoredFrom === pointNameOf(point) && isServerless !== (existing.isServerless ?? false))
    need({
      setting: 'id',
      message: `'${to}' in ${region} was restored from this point as a ${isServerless ? 'node-based' : 'serverless'} cache; choose another id with --to, or ${isServerless ? '--node-based' : '--serverless'}`,
    });
  else if (existing.restoredFrom === pointNameOf(point))
    note(
      `'${to}' is there already (${existing.status}), from an earlier run of this restore: --apply goes on with it as it is`,
    );
  else
    need({
      setting: 'id',
      message:
        existing.restoredFrom === undefined
          ? `there is a cluster '${to}' in ${region} already, which Redrill did not restore; choose another id with --to`
          : `'${to}' in ${region} was restored from ${existing.restoredFrom}; choose another id with --to`,
    });
}

/** AWS's own cannot be set. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
function ownTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !/^aws:/i.test(name)));
}
