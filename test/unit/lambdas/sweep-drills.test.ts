import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DRILL_TTL_SECONDS } from '../../../core/drill/find-leftovers.ts';
import { drillDescriptionOf } from '../../../core/model/drill-description.ts';
import { stagingKeys } from '../../../core/model/keys.ts';
import { REHEARSAL_CACHE } from '../../../core/model/rehearsal.ts';
import { parseSlot } from '../../../core/model/slot.ts';
import { DRILL_TAG } from '../../../core/model/tags.ts';
import type { ClusterView, DrillElastiCache } from '../../../core/ports.ts';
import { run } from '../../../lambdas/sweep-drills.ts';
import { MemoryStore } from '../adapters/memory-store.ts';

const STAGED = stagingKeys.shard('orders', parseSlot('20261122T023000Z'), 1);
const OTHERS = 'watch/first-seen.json';
const CREATED_MS = Date.parse('2026-11-22T08:00:00Z');

interface Scene {
  /** How long ago the clusters were created. @default just left over */
  readonly ageSeconds?: number;
  readonly clusters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Parameter groups, with their tags. */
  readonly parameterGroups?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of the clusters. @default available */
  readonly status?: string;
  /** Of the clusters. @default none */
  readonly description?: string;
  readonly isTopicDead?: boolean;
  /** Of an earlier sweep. @default with a staged file, and nothing is remembered */
  readonly staging?: MemoryStore;
  /** How often the event comes, at once. @default 1 */
  readonly times?: number;
}

async function stagingWithFiles() {
  const staging = new MemoryStore('staging');
  for (const key of [STAGED, OTHERS]) await staging.write(key, 'x');
  return staging;
}

/** A staged file, and clusters with these tags. */
async function sweep(scene: Scene) {
  const {
    ageSeconds = DRILL_TTL_SECONDS + 1,
    clusters = {},
    parameterGroups = {},
    status = 'available',
    description,
    isTopicDead,
    staging = await stagingWithFiles(),
    times = 1,
  } = scene;
  const now = new Date(CREATED_MS + ageSeconds * 1000);
  const createdAt = new Date(CREATED_MS);
  const deleted: string[] = [];
  const told: string[] = [];
  const unused = () => Promise.reject(new Error('not used'));
  const elasticache: DrillElastiCache = {
    createCluster: unused,
    createServerless: unused,
    findCluster: unused,
    nodeStatuses: unused,
    listClusters: async (prefix) =>
      Object.keys(clusters)
        .filter((id) => id.startsWith(prefix))
        .map(
          (id): ClusterView => ({
            id,
            arn: id,
            status,
            createdAt,
            ...(description === undefined ? {} : { description }),
            nodeType: undefined,
            endpoint: undefined,
          }),
        ),
    tagsOf: async (arn) => {
      if (arn in clusters && status !== 'available') throw new Error(`the tags of ${arn} cannot be read`);
      return clusters[arn] ?? parameterGroups[arn.replace('group/', '')] ?? {};
    },
    listParameterGroups: async (prefix) =>
      Object.keys(parameterGroups)
        .filter((name) => name.startsWith(prefix))
        .map((name) => ({ name, arn: `group/${name}` })),
    deleteParameterGroup: async (name) => {
      deleted.push(name);
      return 'gone';
    },
    deleteCluster: async (id) => {
      deleted.push(id);
      return 'deleting';
    },
  };
  const alerts = {
    publish: async ({ subject }: { readonly subject: string }) => {
      if (isTopicDead) throw new Error('there is no such topic');
      told.push(subject);
    },
  };
  const once = () => run({}, { elasticache, staging, alerts, now: () => now, newRunId: randomUUID });
  const [outcome] = await Promise.all(
    Array.from({ length: times }, () => once().catch((error: Error) => error.message)),
  );
  const left = (await staging.list('')).map(({ key }) => key);
  return { outcome, deleted, told, left, staging };
}

const DRILL = { 'redrill-drill-orders-202611220230': { [DRILL_TAG]: 'orders/20261122T023000Z' } };
const HOURS_LATER = DRILL_TTL_SECONDS + 3601;
const LEFT_BEHIND = '[Redrill] redrill-drill-orders-202611220230: drill cluster left behind';
const MEMORY = stagingKeys.notices('drills');

describe('sweep-drills', () => {
  it('removes old staged files and deletes old clusters, and sends no alert at the first sweep', async () => {
    const { outcome, deleted, told, left } = await sweep({ clusters: DRILL });
    expect(outcome).toEqual({ ttlSeconds: DRILL_TTL_SECONDS, swept: Object.keys(DRILL), objects: 1 });
    expect(deleted).toEqual(Object.keys(DRILL));
    expect(told).toEqual([]);
    expect(left).toEqual([OTHERS]);
  });

  it('tells of a cluster that is still there an hour later, once a day, and when it is gone', async () => {
    const { told, staging } = await sweep({ clusters: DRILL, ageSeconds: HOURS_LATER });
    expect(told).toEqual([LEFT_BEHIND]);
    const later = async (hours: number, scene: Scene = { clusters: DRILL }) =>
      (await sweep({ ...scene, ageSeconds: HOURS_LATER + hours * 3600, staging })).told;
    expect(await later(23)).toEqual([]);
    expect(await later(24)).toEqual([LEFT_BEHIND]);
    expect(await later(25, { clusters: DRILL, status: 'deleting' })).toEqual([]);
    expect(await later(26, {})).toEqual([
      '[Redrill] resolved: redrill-drill-orders-202611220230: drill cluster left behind',
    ]);
    expect(await later(27, {})).toEqual([]);
  });

  it('tells nothing of a rehearsal’s cluster, which has an alert of its own', async () => {
    const clusters = { 'redrill-drill-x': { [DRILL_TAG]: `${REHEARSAL_CACHE}/20261122T023000Z` } };
    const { told, deleted } = await sweep({ clusters, ageSeconds: HOURS_LATER });
    expect({ told, deleted }).toEqual({ told: [], deleted: ['redrill-drill-x'] });
  });

  it('tells of it once when its event comes three times at once', async () => {
    const { told } = await sweep({ clusters: DRILL, ageSeconds: HOURS_LATER, times: 3 });
    expect(told).toHaveLength(1);
  });

  it('leaves a cluster alone that has the name and not the tag of a drill', async () => {
    const { deleted } = await sweep({ clusters: { 'redrill-drill-lookalike': { owner: 'somebody' } } });
    expect(deleted).toEqual([]);
  });

  it.each(['creating', 'create-failed'])(
    'deletes an old cluster that is %s, whose tags ElastiCache does not return, by its description',
    async (status) => {
      const description = drillDescriptionOf('orders', '20261122T000000Z');
      expect((await sweep({ clusters: DRILL, status, description })).deleted).toEqual(Object.keys(DRILL));
      expect((await sweep({ clusters: DRILL, status, description: 'of somebody' })).deleted).toEqual([]);
      expect((await sweep({ clusters: DRILL, status })).deleted).toEqual([]);
    },
  );

  it('deletes parameter groups of drills that should be over, by the instant in their name, and no others', async () => {
    const tags = { [DRILL_TAG]: 'orders/20261122T023000Z' };
    const { deleted } = await sweep({
      parameterGroups: {
        'redrill-drill-orders-202611220230': tags,
        'redrill-drill-orders-202611221130': tags,
        'redrill-drill-jobs-202611220230': { owner: 'somebody' },
        'redrill-drill-lookalike': tags,
        'jobs-202611220230': tags,
      },
    });
    expect(deleted).toEqual(['redrill-drill-orders-202611220230']);
  });

  it('has removed the staged files when the alert topic is dead', async () => {
    const { outcome, left } = await sweep({ clusters: DRILL, ageSeconds: HOURS_LATER, isTopicDead: true });
    expect(outcome).toBe('there is no such topic');
    expect(left).toEqual([OTHERS, MEMORY]);
  });
});
