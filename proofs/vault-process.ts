/**
 * A local S3 with one verified recovery point, in a process of its own, so that its processor time can be told from that of
 * what is measured: an RDB file, copied and verified by the product's own code. Prints one line of JSON when it is ready.
 *
 *   node proofs/vault-process.ts <file> <folder> <the AWS region of the vault>
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createS3, createSts, startEndpoint, VirtualClock } from '@redrill/local-aws';
import { ACCESS_KEY, ACCOUNT, CREDENTIALS, principals, TestFabric } from '@redrill/local-aws/testing';
import { objectStore } from '../adapters/aws/object-store.ts';
import { shardCopier } from '../adapters/aws/shard-copier.ts';
import { shardFinding } from '../core/contracts/recovery-point.ts';
import { totalsOf } from '../core/ingest/assess-content.ts';
import { vaultKeys } from '../core/model/keys.ts';
import { snapshotNameOf } from '../core/model/names.ts';
import { run as verifyShard } from '../lambdas/verify-shard.ts';
import { pointOf, SLOT } from '../test/unit/core/facts.ts';
import { Catalogue } from '../vault/catalogue.ts';

const [file = '', folder = '', region = ''] = process.argv.slice(2);
const VAULT = `redrill-vault-${ACCOUNT}-${region}-an`;
const LANDING = 'landing';
const POINT = { cache: 'sessions', slot: SLOT, tier: 'daily' } as const;

async function serveS3(): Promise<string> {
  const fabric = new TestFabric(new VirtualClock(Date.now()));
  const kms = { authorizeUse: () => undefined };
  const s3 = createS3({ clock: fabric.clock, dataDir: join(folder, 's3'), kms });
  const assume = () => {
    throw new Error('there are no roles here');
  };
  fabric.register(s3.service);
  fabric.register(createSts({ assume }));
  for (const name of [VAULT, LANDING])
    s3.admin.createBucket({ name, region, account: ACCOUNT }, { versioned: true });
  const { url } = await startEndpoint({ fabric, principals });
  return url;
}

/** As ingest does it: copied by S3, which keeps its checksum, read to the last byte, and entered. */
async function enterPoint(): Promise<void> {
  const vault = objectStore({ bucket: VAULT, region });
  await objectStore({ bucket: LANDING, region }).write('dump', readFileSync(file));
  await shardCopier({ region }).copy({
    from: { bucket: LANDING, key: 'dump', region },
    to: { bucket: VAULT, key: vaultKeys.shard(POINT, 1) },
    encryption: 'sse-s3',
  });
  const snapshot = snapshotNameOf(POINT.cache, SLOT);
  await verifyShard({ ...POINT, snapshot, shard: 1 }, { vault, staging: vault, timeLeftMs: () => 900_000 });
  const found = await vault.read(vaultKeys.finding(POINT, 1));
  const finding = shardFinding.parse(JSON.parse(Buffer.from(found?.body ?? []).toString()));
  if (!finding.sound) throw new Error(`${file} is not sound: ${finding.problem.message}`);
  await new Catalogue(vault).enter(pointOf({ ...POINT, shards: [finding], totals: totalsOf([finding]) }));
}

const env = {
  AWS_ENDPOINT_URL: await serveS3(),
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: ACCESS_KEY,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};
Object.assign(process.env, env);
await enterPoint();
console.log(JSON.stringify({ point: `${POINT.cache}/${SLOT}`, env }));
