import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dealBySlot } from '../../../redis/deal-by-slot.ts';
import type { Call } from '../../service.ts';
import { tagConditions } from '../authorization.ts';
import type { Context } from '../context.ts';
import { invalidCombination, invalidValue } from '../refusals.ts';
import { checkObject, parseObjectArn } from '../seeds.ts';
import { serviceIdentity } from '../snapshot-store.ts';
import type { RegionState } from '../state.ts';
import { ALL_SLOTS } from './server.ts';
import type { ServerlessCache } from './state.ts';

/** Where the data of a new cache come from. */
export type SeedRequest =
  | { readonly from: 'nothing' }
  | { readonly from: 'snapshot'; readonly arn: string }
  | { readonly from: 's3'; readonly arns: readonly string[] };

const S3_ARN = /^arn:aws:s3:::/;

/** @throws InvalidParameterValue, InvalidParameterCombination */
export function parseSeeds({ readings }: Context, arns: readonly string[]): SeedRequest {
  const [first] = arns;
  if (first === undefined) return { from: 'nothing' };
  const inS3 = arns.filter((arn) => S3_ARN.test(arn));
  if (inS3.length === 0 && arns.length === 1) return { from: 'snapshot', arn: first };
  if (inS3.length < arns.length)
    throw invalidCombination('SnapshotArnsToRestore must be the ARN of one snapshot, or ARNs of S3 objects.');
  if (readings['serverless-s3-seed'] === 'refused')
    throw invalidValue(`Invalid snapshot ARN '${first}' in SnapshotArnsToRestore`);
  for (const arn of inS3) parseObjectArn(arn);
  return { from: 's3', arns: inS3 };
}

/** The caller needs the permission for what it restores, of S3 as for the files of a node-based cluster. */
export function authorizeSeeds(
  { readings, s3 }: Context,
  state: RegionState,
  call: Call,
  seeds: SeedRequest,
): void {
  if (seeds.from === 'snapshot') {
    const { tags } = snapshotOf(state, seeds.arn) ?? {};
    const conditions = tagConditions('aws:ResourceTag', tags);
    call.authorize({ action: 'elasticache:CreateServerlessCache', resource: seeds.arn, conditions });
  }
  if (seeds.from !== 's3' || readings['creator-rights'] === 'own-only') return;
  for (const arn of seeds.arns) s3.authorizeAsCaller(call, 's3:GetObject', arn);
}

export interface Seed {
  file(): Promise<string>;
  /** What was made for it, to be removed once the server has its own copy. */
  readonly folder: string;
}

/**
 * One RDB file with all keys, for the cache's server; undefined for an empty cache. Several files are put together: all
 * hash slots are on one node.
 * @throws InvalidParameterValue when the snapshot is missing or not available, or a file may not or cannot be read
 * @throws NodeStartError when one of several files cannot be loaded
 */
export async function fetchSeed(
  context: Context,
  state: RegionState,
  cache: ServerlessCache,
  seeds: SeedRequest,
): Promise<Seed | undefined> {
  if (seeds.from === 'nothing') return undefined;
  const folder = context.newFolder('seed');
  const files =
    seeds.from === 's3' ? await filesInS3(context, cache, seeds.arns, folder) : filesOf(state, seeds.arn);
  const whole = async () => {
    const binary = await context.server();
    const put = await dealBySlot({ binary, files, shards: [ALL_SLOTS], folder: join(folder, 'whole') });
    return put[0] ?? '';
  };
  const [only = ''] = files;
  return { folder, file: files.length === 1 ? async () => only : whole };
}

async function filesInS3(
  context: Context,
  { region, account, arn }: ServerlessCache,
  arns: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const service = serviceIdentity(region, account, arn);
  const objects = arns.map(parseObjectArn);
  for (const object of objects) await checkObject(context, service, object);
  await mkdir(folder, { recursive: true });
  return Promise.all(
    objects.map(async ({ bucket, key }, index) => {
      const file = join(folder, `seed-${index + 1}.rdb`);
      await context.s3.getAsService(service, bucket, key, file);
      return file;
    }),
  );
}

/** Of a serverless cache, or of a node-based cluster: both can be restored. */
function snapshotOf(state: RegionState, arn: string) {
  const [, , service, region, account, type, name = ''] = arn.split(':');
  if (service !== 'elasticache' || region !== state.region || account !== state.account) return undefined;
  if (type === 'serverlesscachesnapshot') {
    const snapshot = state.serverless.snapshots.get(name);
    return snapshot && { ...snapshot, parts: [snapshot.saved?.file] };
  }
  const snapshot = type === 'snapshot' ? state.snapshots.get(name) : undefined;
  return snapshot && { ...snapshot, parts: snapshot.nodes.map(({ saved }) => saved?.file) };
}

function filesOf(state: RegionState, arn: string): readonly string[] {
  const snapshot = snapshotOf(state, arn);
  if (snapshot === undefined)
    throw invalidValue(`The snapshot '${arn}' does not exist in ${state.region} and in this account`);
  if (snapshot.status !== 'available')
    throw invalidValue(`The snapshot '${arn}' is ${snapshot.status}, not available`);
  return snapshot.parts.flatMap((file) => file ?? []);
}
