import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopySnapshotCommandInput } from '@aws-sdk/client-elasticache';
import { type Call, NotModelledError, ServiceError } from '../service.ts';
import { authorizeTagging, parseTags, tagConditions } from './authorization.ts';
import { type Context, whenDone } from './context.ts';
import { exportTo } from './export.ts';
import { grantItself } from './key-grants.ts';
import { arnOf, parseName } from './names.ts';
import { acceptOnly, invalidCombination, invalidValue, refusal } from './refusals.ts';
import { snapshotView } from './snapshot-views.ts';
import { snapshotNamed, vpcOf } from './snapshots.ts';
import type { RegionState, SnapshotRecord, Tags } from './state.ts';

const PARAMETERS = ['SourceSnapshotName', 'TargetSnapshotName', 'TargetBucket', 'KmsKeyId', 'Tags'];

/** Copies a snapshot within its region: to another snapshot, or with a bucket to RDB files there, which is an export. */
export async function copySnapshot(
  context: Context,
  state: RegionState,
  input: CopySnapshotCommandInput,
  call: Call,
) {
  acceptOnly('CopySnapshot', input, PARAMETERS);
  const bucket = input.TargetBucket === '' ? undefined : input.TargetBucket;
  const tags = parseTags(input.Tags);
  authorizeCopy(state, input, call, { bucket, tags });
  const source = snapshotNamed(state, (input.SourceSnapshotName ?? '').toLowerCase());
  const copy =
    bucket === undefined
      ? copyWithin(context, state, source, { input, tags, call })
      : await exportSnapshot(context, state, source, { input, bucket, call });
  const { readings } = context;
  return { Snapshot: snapshotView(copy, { withNodeGroups: false, vpcId: vpcOf(state, copy), readings }) };
}

interface Copying {
  readonly bucket: string | undefined;
  readonly tags: Tags;
}

/** What the caller must be allowed in S3: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html */
const BUCKET_ACTIONS = ['s3:GetBucketLocation', 's3:ListBucket'];
/** Beside them in the Service Authorization Reference, with `elasticache:AddTagsToResource`. */
const BUCKET_DEPENDENTS = ['s3:GetBucketAcl'];
const OBJECT_ACTIONS = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'];

function authorizeCopy(
  state: RegionState,
  input: CopySnapshotCommandInput,
  call: Call,
  { bucket, tags }: Copying,
): void {
  const sourceName = (input.SourceSnapshotName ?? '').toLowerCase();
  const requested = {
    ...tagConditions('aws:RequestTag', tags),
    ...(input.KmsKeyId === undefined ? {} : { 'elasticache:KmsKeyId': input.KmsKeyId }),
  };
  const action = 'elasticache:CopySnapshot';
  call.authorize({
    action,
    resource: arnOf(state, 'snapshot', sourceName),
    conditions: { ...requested, ...tagConditions('aws:ResourceTag', state.snapshots.get(sourceName)?.tags) },
  });
  if (bucket !== undefined) return;
  const targetArn = arnOf(state, 'snapshot', parseName('TargetSnapshotName', input.TargetSnapshotName));
  call.authorize({ action, resource: targetArn, conditions: requested });
  authorizeTagging(call, targetArn, tags);
}

/** The caller's own rights in S3; that it lacks one reaches it as a refusal of the copy, not of S3. */
export function authorizeInS3(
  context: Context,
  call: Call,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): void {
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const dependents = context.readings['exporter-rights'] === 'dependents' ? BUCKET_DEPENDENTS : [];
  const asked = [
    ...[...BUCKET_ACTIONS, ...dependents].map((action) => ({ action, resource: bucketArn })),
    ...OBJECT_ACTIONS.map((action) => ({ action, resource: `${bucketArn}/${key}` })),
  ];
  try {
    call.authorize({ action: 's3:ListAllMyBuckets', resource: '*' });
    for (const { action, resource } of asked) context.s3.authorizeAsCaller(call, action, resource);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw invalidValue(
      `ElastiCache was unable to validate the authenticated user has access on the S3 bucket ${bucket}. ` +
        `(${error.message})`,
    );
  }
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html: 1 to 1,000 UTF-8 characters. */
const LONGEST_TARGET = 1_000;

async function exportSnapshot(
  context: Context,
  state: RegionState,
  source: SnapshotRecord,
  {
    input,
    bucket,
    call,
  }: { readonly input: CopySnapshotCommandInput; readonly bucket: string; readonly call: Call },
): Promise<SnapshotRecord> {
  const target = input.TargetSnapshotName ?? '';
  if (target === '' || target.length > LONGEST_TARGET)
    throw invalidValue('TargetSnapshotName must have 1 to 1000 characters');
  if (input.KmsKeyId !== undefined) throw invalidCombination('KmsKeyId cannot be used when exporting to S3.');
  if (input.Tags !== undefined) throw new NotModelledError('Tags of an export with elasticache:CopySnapshot');
  if (context.readings['exporter-rights'] === 'dependents')
    call.authorize({ action: 'elasticache:AddTagsToResource', resource: source.arn });
  authorizeInS3(context, call, { bucket, key: `${target}-0001.rdb` });
  requireAvailable(source);
  grantItself(context, call, source.kmsKeyId);
  // Taken at once, so that a second export cannot start while the bucket is being looked at.
  source.status = 'exporting';
  try {
    await exportTo(context, state, source, { bucket, target });
  } catch (error) {
    source.status = 'available';
    throw error;
  }
  return source;
}

function requireAvailable(source: SnapshotRecord): void {
  if (source.status === 'available') return;
  throw refusal('InvalidSnapshotState', `Snapshot ${source.name} is ${source.status}, not available.`);
}

function copyWithin(
  context: Context,
  state: RegionState,
  source: SnapshotRecord,
  {
    input,
    tags,
    call,
  }: { readonly input: CopySnapshotCommandInput; readonly tags: Tags; readonly call: Call },
): SnapshotRecord {
  const name = parseName('TargetSnapshotName', input.TargetSnapshotName);
  requireAvailable(source);
  if (state.snapshots.has(name))
    throw refusal('SnapshotAlreadyExistsFault', `Snapshot ${name} already exists.`);
  const kmsKeyId = grantItself(context, call, input.KmsKeyId ?? source.kmsKeyId);
  const copy: SnapshotRecord = {
    ...source,
    name,
    tags,
    arn: arnOf(state, 'snapshot', name),
    kind: 'manual',
    orderedAt: context.clock.now(),
    kmsKeyId,
    folder: context.newFolder('snapshot'),
    nodes: source.nodes.map((node) => ({ ...node })),
    status: 'creating',
    thaw: undefined,
  };
  state.snapshots.set(name, copy);
  whenDone(context, copyFiles(copy), context.durationMs('copy', copy.arn), (outcome) => {
    copy.status = outcome.status === 'fulfilled' ? 'available' : 'failed';
  });
  return copy;
}

async function copyFiles(copy: SnapshotRecord): Promise<void> {
  await mkdir(copy.folder, { recursive: true });
  for (const node of copy.nodes) {
    if (node.saved === undefined) throw new Error(`${copy.name} has no data of shard ${node.shardId}`);
    const file = join(copy.folder, `${node.shardId}.rdb`);
    await copyFile(node.saved.file, file);
    node.saved = { ...node.saved, file };
  }
}
