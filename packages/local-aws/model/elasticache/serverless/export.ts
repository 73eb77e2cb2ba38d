import { join } from 'node:path';
import type { ExportServerlessCacheSnapshotCommandInput } from '@aws-sdk/client-elasticache';
import { dealBySlot } from '../../../redis/deal-by-slot.ts';
import { evenSlots } from '../../../redis/slots.ts';
import type { Call } from '../../service.ts';
import { type Context, whenDone } from '../context.ts';
import { authorizeInS3 } from '../copy-snapshot.ts';
import { checkBucket, checkGrants, upload } from '../export.ts';
import { grantItself } from '../key-grants.ts';
import { acceptOnly, invalidValue } from '../refusals.ts';
import { type ServiceIdentity, serviceIdentity } from '../snapshot-store.ts';
import type { RegionState } from '../state.ts';
import { authorizeSnapshot } from './authorization.ts';
import { requireAvailable, snapshotNamed } from './refusals.ts';
import type { ServerlessSnapshot } from './state.ts';
import { snapshotView } from './views.ts';

const OPERATION = 'ExportServerlessCacheSnapshot';

/** What the caller and the bucket must allow is as for CopySnapshot with a bucket, of the caller by analogy. */
export async function exportServerlessSnapshot(
  state: RegionState,
  input: ExportServerlessCacheSnapshotCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly(OPERATION, input, ['ServerlessCacheSnapshotName', 'S3BucketName']);
  const name = (input.ServerlessCacheSnapshotName ?? '').toLowerCase();
  const bucket = input.S3BucketName ?? '';
  authorizeSnapshot(state, call, name);
  const snapshot = snapshotNamed(state, name);
  if (bucket === '') throw invalidValue('S3BucketName must be the name of a bucket');
  const keys = keysOf(context, name);
  for (const key of keys) authorizeInS3(context, call, { bucket, key });
  requireAvailable(snapshot);
  grantItself(context, call, snapshot.kmsKeyId);
  // Taken at once, so that a second export cannot start while the bucket is being looked at.
  snapshot.status = 'exporting';
  const service = serviceIdentity(state.region, state.account, snapshot.arn);
  try {
    await checkTarget(context, service, bucket, keys);
  } catch (error) {
    snapshot.status = 'available';
    throw error;
  }
  begin(context, state, snapshot, { service, bucket, keys });
  return { ServerlessCacheSnapshot: snapshotView(snapshot, context.readings) };
}

/** How many files there are under the reading that there are several. */
const FILES = 3;

function keysOf({ readings }: Context, name: string): readonly string[] {
  const count = readings['serverless-export-files'] === 'one' ? 1 : FILES;
  const numbers = Array.from({ length: count }, (_, index) => `${index + 1}`);
  const padded = numbers.map((number) => number.padStart(4, '0'));
  switch (readings['serverless-export-names']) {
    case 'numbered':
      return padded.map((number) => `${name}-${number}.rdb`);
    case 'bare':
      return count === 1 ? [`${name}.rdb`] : numbers.map((number) => `${name}-${number}.rdb`);
    case 'folder':
      return padded.map((number) => `${name}/${number}.rdb`);
  }
}

async function checkTarget(
  context: Context,
  service: ServiceIdentity,
  bucket: string,
  keys: readonly string[],
): Promise<void> {
  checkBucket(context, service, bucket);
  for (const key of keys) {
    checkGrants(context, service, bucket, key);
    if (await context.s3.exists(bucket, key))
      throw invalidValue(`The S3 bucket ${bucket} already contains an object with key ${key}.`);
  }
}

interface Target {
  readonly service: ServiceIdentity;
  readonly bucket: string;
  readonly keys: readonly string[];
}

/** The files appear together at the end, or one after another until then, as the readings say. */
function begin(context: Context, state: RegionState, snapshot: ServerlessSnapshot, target: Target): void {
  const { bucket, service, keys } = target;
  const files = context.clock.track(filesOf(context, snapshot, keys.length));
  files.catch(() => undefined);
  const write = async (index: number) =>
    upload(context, OPERATION, (await files)[index] ?? '', { service, bucket, key: keys[index] ?? '' });
  const early: Promise<void>[] = [];
  const end = () => {
    const late = keys.slice(early.length).map((_, index) => write(early.length + index));
    whenDone(context, Promise.all([...early, ...late]), 0, (outcome) =>
      settle(context, state, snapshot, bucket, outcome),
    );
  };
  if (context.strikes('freeze', OPERATION, state.region, `${snapshot.name} ${bucket}`)) {
    snapshot.thaw = end;
    return;
  }
  const { clock, readings } = context;
  const delayMs = context.durationMs('export', `${snapshot.arn} ${clock.now()}`);
  const ahead = readings['export-files-appear'] === 'together' ? [] : keys.slice(0, -1);
  for (const index of ahead.keys())
    clock.at(clock.now() + (delayMs * (index + 1)) / keys.length, () => {
      const writing = clock.track(write(index));
      writing.catch(() => undefined);
      early.push(writing);
    });
  clock.at(clock.now() + delayMs, end);
}

async function filesOf(
  context: Context,
  { name, saved, folder }: ServerlessSnapshot,
  count: number,
): Promise<readonly string[]> {
  if (saved === undefined) throw new Error(`${name} has no data`);
  if (count === 1) return [saved.file];
  return dealBySlot({
    binary: await context.server(),
    files: [saved.file],
    shards: evenSlots(count),
    folder: join(folder, 'parts'),
  });
}

/** Whatever became of the export, the snapshot itself is as good as before. */
function settle(
  context: Context,
  state: RegionState,
  snapshot: ServerlessSnapshot,
  bucket: string,
  outcome: PromiseSettledResult<unknown>,
): void {
  snapshot.thaw = undefined;
  snapshot.status = 'available';
  const ended = outcome.status === 'fulfilled' ? 'succeeded' : `failed (${String(outcome.reason)})`;
  context.tell(state, {
    sourceType: 'serverless-cache-snapshot',
    sourceId: snapshot.name,
    message: `Export of snapshot '${snapshot.name}' to bucket '${bucket}' ${ended}`,
  });
}
