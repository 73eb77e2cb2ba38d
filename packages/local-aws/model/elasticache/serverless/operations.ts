import type { NodeConnection } from '../../../redis/control.ts';
import type { RedisNode } from '../../../redis/node.ts';
import type { Call } from '../../service.ts';
import type { TaggingSource } from '../../tagging.ts';
import type { Context } from '../context.ts';
import type { RegionState } from '../state.ts';
import { areTagsVisible } from '../tags.ts';
import { createServerlessCache } from './create.ts';
import { deleteServerlessCache } from './delete.ts';
import { describeServerlessCaches, describeServerlessSnapshots } from './describe.ts';
import { exportServerlessSnapshot } from './export.ts';
import { modifyServerlessCache } from './modify.ts';
import { stopServer } from './server.ts';
import { copyServerlessSnapshot, createServerlessSnapshot, deleteServerlessSnapshot } from './snapshots.ts';
import type { ServerlessCache } from './state.ts';

// biome-ignore lint/suspicious/noExplicitAny: operations of one service have unrelated input types; each narrows its own
type Regional = (state: RegionState, input: any, call: Call, context: Context) => object;

/** The operations on serverless caches and their snapshots, by their names. */
export const SERVERLESS_OPERATIONS: Readonly<Record<string, Regional>> = {
  CreateServerlessCache: createServerlessCache,
  DescribeServerlessCaches: describeServerlessCaches,
  ModifyServerlessCache: modifyServerlessCache,
  DeleteServerlessCache: deleteServerlessCache,
  CreateServerlessCacheSnapshot: createServerlessSnapshot,
  DescribeServerlessCacheSnapshots: describeServerlessSnapshots,
  CopyServerlessCacheSnapshot: copyServerlessSnapshot,
  DeleteServerlessCacheSnapshot: deleteServerlessSnapshot,
  ExportServerlessCacheSnapshot: exportServerlessSnapshot,
};

export function serverlessTagging(context: Context): TaggingSource {
  return {
    resourceType: 'elasticache:serverlesscache',
    resources: (account, region) =>
      [...context.stateOf({ account, region }).serverless.caches.values()]
        .filter(({ tags, createdAt }) => tags.size > 0 && areTagsVisible(context, createdAt))
        .map(({ arn, tags }) => ({ arn, tags: Object.fromEntries(tags) })),
  };
}

/** The server of a serverless cache, for tests and the runner. */
export interface ServerlessNode {
  readonly server: RedisNode;
  /** How a customer connects: over TLS, without a password. */
  readonly customer: NodeConnection;
}

export function serverlessNode({ node }: ServerlessCache): ServerlessNode | undefined {
  if (node === undefined) return undefined;
  const { host, port, ca = '' } = node.administrator;
  return { server: node, customer: { host, port, username: 'default', password: '', ca } };
}

/** For writes. AWS has 6380 for reads besides; here this port counts for both. */
const PORT = 6_379;

/** Where the servers listen that something with one of these security groups may reach. */
export function serverlessRoutes({ network }: Context, state: RegionState, from: readonly string[]) {
  return [...state.serverless.caches.values()]
    .filter(({ settings }) =>
      settings.securityGroupIds.some((to) => from.some((group) => network.allows(group, to, PORT))),
    )
    .flatMap((cache) => serverlessNode(cache)?.customer ?? []);
}

export function thawServerless({ serverless }: RegionState, name: string): readonly (() => void)[] {
  return [serverless.caches.get(name)?.thaw, serverless.snapshots.get(name)?.thaw].flatMap(
    (thaw) => thaw ?? [],
  );
}

export async function closeServerless(states: readonly RegionState[]): Promise<void> {
  const caches = states.flatMap(({ serverless }) => [...serverless.caches.values()]);
  await Promise.all(caches.map(stopServer));
}
