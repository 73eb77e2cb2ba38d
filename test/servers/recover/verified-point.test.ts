import { SOURCE_REGION, VAULT_REGION } from '@redrill/local-aws/testing';
import { bytes, file, key, str, ziplist } from '@redrill/rdb/testing';
import { describe, expect, it } from 'vitest';
import { objectStore } from '../../../adapters/aws/object-store.ts';
import { shardCopier } from '../../../adapters/aws/shard-copier.ts';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import { type RecoveryPoint, shardFinding } from '../../../core/contracts/recovery-point.ts';
import { totalsOf } from '../../../core/ingest/assess-content.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { run as verifyShard } from '../../../lambdas/verify-shard.ts';
import { findRecord, replaceRecord } from '../../../vault/point-records.ts';
import { SLOT } from '../../unit/core/facts.ts';
import { BUCKET, type VaultFixture, vaultFixture } from '../cli/vault-fixture.ts';
import { type ListeningServer, listening } from './running.ts';
import { contentOf, sample } from './sample.ts';

const NOW = '2026-11-21T09:00:00.000Z';
const POINT = { cache: 'sessions', slot: SLOT, tier: 'daily' } as const;
const FILE = vaultKeys.shard(POINT, 1);
const given = sample();

interface Entered {
  readonly vault: VaultFixture;
  readonly target: ListeningServer;
  readonly point: RecoveryPoint;
}

/** A recovery point of one shard, as ingest enters it. @param stored how the file got into the vault */
async function entered(dump: Uint8Array, stored: 'copied' | 'uploaded' = 'copied'): Promise<Entered> {
  const vault = await vaultFixture(NOW);
  await vault.enter({ slot: SLOT });
  const store = objectStore({ bucket: BUCKET, region: VAULT_REGION });
  if (stored === 'uploaded') await store.write(FILE, dump);
  else {
    await objectStore({ bucket: 'landing', region: SOURCE_REGION }).write('dump', dump);
    await shardCopier({ region: VAULT_REGION }).copy({
      from: { bucket: 'landing', key: 'dump', region: SOURCE_REGION },
      to: { bucket: BUCKET, key: FILE },
      encryption: 'sse-s3',
    });
  }
  const order = { ...POINT, snapshot: snapshotNameOf('sessions', SLOT), shard: 1 };
  await verifyShard(order, { vault: store, staging: store, timeLeftMs: () => 900_000 });
  const found = await store.read(vaultKeys.finding(POINT, 1));
  const finding = shardFinding.parse(JSON.parse(Buffer.from(found?.body ?? []).toString()));
  const point = await rewritten(vault, [finding]);
  return { vault, point, target: await listening() };
}

/** The point's record with other findings of its shards, as admitted with them. */
async function rewritten(
  { catalogue }: VaultFixture,
  shards: RecoveryPoint['shards'],
): Promise<RecoveryPoint> {
  const before = await findRecord(catalogue.vault, POINT);
  if (before.kind !== 'usable') throw new Error('the point was entered');
  const point = { ...before.point, shards, totals: totalsOf(shards) };
  await replaceRecord(catalogue.vault, point, before);
  return point;
}

async function recovering({ vault, target }: Entered, ...more: readonly string[]) {
  vault.fixture.fabric.decisions.length = 0;
  const words = ['recover', 'sessions/latest', '--into', target.url, '--apply', '--json', ...more];
  const { stdout, stderr, status } = await vault.redrill(...words);
  const reads = vault.fixture.fabric.decisions.filter(
    ({ action, resource, operation }) =>
      operation === 'GetObject' && action.startsWith('s3:GetObject') && resource.endsWith(FILE),
  );
  const output = stdout === '' ? undefined : RecoverOutput.parse(JSON.parse(stdout));
  return { output, stderr, status, reads: reads.map(({ action }) => action) };
}

/** A value that aborts Redis 7.0 at the first HGETALL. */
const DAMAGED = file('REDIS0010', key(16, 'h', str(ziplist('field1', 'value1', 'field2', 'value2'))));

describe('a recovery point whose files S3 vouches for', () => {
  it('is written without being read beforehand, in the version that was verified, functions included', async () => {
    const { dump, source } = given();
    const all = await entered(dump);
    const { output, status, reads } = await recovering(all);
    expect(status).toBe(0);
    expect(output).toMatchObject({ functions: { written: 1 }, refused: 0 });
    expect(await contentOf(all.target)).toBe(await contentOf(source));
    // Once for the functions at its beginning, and once to write.
    expect(reads).toEqual(['s3:GetObjectVersion', 's3:GetObjectVersion']);
  });

  it('is read once if it holds no functions', async () => {
    const { reads, status } = await recovering(await entered(file('REDIS0010', key(0, 'k', str('v')))));
    expect({ reads, status }).toEqual({ reads: ['s3:GetObjectVersion'], status: 0 });
  });

  it('has no more read than its beginning for its functions, however large it is', async () => {
    const library = "#!lua name=l\nredis.register_function('f', function() return 1 end)";
    const keys = Array.from({ length: 20 }, (_, at) => key(0, `k${at}`, str('v'.repeat(1_000_000))));
    const all = await entered(file('REDIS0010', bytes([245], str(library)), ...keys));
    const { output, reads, status } = await recovering(all);
    expect(status).toBe(0);
    expect(output).toMatchObject({ functions: { written: 1 }, written: 20 });
    // One for the functions, and three of 8 MiB to write.
    expect(reads).toHaveLength(1 + 3);
  });

  it('is written from the version that was verified though a newer one is there', async () => {
    const { dump, source } = given();
    const all = await entered(dump);
    await all.vault.catalogue.vault.write(FILE, DAMAGED);
    const { status } = await recovering(all);
    expect(status).toBe(0);
    expect(await contentOf(all.target)).toBe(await contentOf(source));
  });
});

/** A version id as S3 gives them out, of none that there is. */
const GONE = `gone${'X'.repeat(28)}`;

describe('a recovery point whose files are not what was verified', () => {
  const altered = (point: RecoveryPoint, change: object) =>
    point.shards.map((finding) =>
      finding.sound ? { ...finding, content: { ...finding.content, ...change } } : finding,
    );

  it.each([
    ['another checksum', { crc64nvme: 'AAAAAAAAAAA=' }, /S3 has CRC64NVME \S+ instead of AAAAAAAAAAA=/],
    ['another size', { bytes: 7 }, /has other bytes: S3 has \d+ instead of 7/],
  ])('%s: refused by shard, nothing is written', async (_, change, says) => {
    const all = await entered(given().dump);
    await rewritten(all.vault, altered(all.point, change));
    const { stderr, status, reads } = await recovering(all);
    expect(stderr).toMatch(/^shard 1 of sessions\/20261121T060000Z is not what was verified/);
    expect(stderr).toMatch(says);
    expect({ status, reads }).toEqual({ status: 1, reads: [] });
    expect(await all.target.client.dbsize()).toBe(0);
  });

  it('a version that is gone: refused by shard, nothing is written', async () => {
    const all = await entered(given().dump);
    const shards = all.point.shards.map((finding) =>
      finding.sound ? { ...finding, file: { ...finding.file, versionId: GONE } } : finding,
    );
    await rewritten(all.vault, shards);
    const { stderr, status } = await recovering(all);
    expect(stderr).toMatch(
      /^shard 1 of sessions\/\S+ is not what was verified: the recorded version goneX{28} of shard-0001\.rdb is gone/,
    );
    expect(status).toBe(1);
    expect(await all.target.client.dbsize()).toBe(0);
  });
});

describe('a recovery point whose files have no checksum of the whole', () => {
  it('is read to its end first, and then written', async () => {
    const all = await entered(given().dump, 'uploaded');
    const { status, reads } = await recovering(all);
    expect(status).toBe(0);
    expect(reads).toEqual(['s3:GetObjectVersion', 's3:GetObjectVersion']);
    expect(await all.target.client.dbsize()).toBeGreaterThan(0);
  });

  it('is not written from if it is not sound, whatever its record says', async () => {
    const all = await entered(given().dump, 'uploaded');
    await all.vault.catalogue.vault.write(FILE, DAMAGED);
    const head = await all.vault.catalogue.vault.head(FILE);
    const file_ = { versionId: head?.versionId ?? '', etag: head?.etag ?? '', bytes: DAMAGED.length };
    const shards = all.point.shards.map((finding) =>
      finding.sound
        ? { ...finding, file: file_, content: { ...finding.content, bytes: DAMAGED.length } }
        : finding,
    );
    await rewritten(all.vault, shards);
    const { stderr, status } = await recovering(all);
    expect(stderr).toMatch(/^shard 1 of \S+ cannot be recovered from: BadListpack/);
    expect(status).toBe(1);
    expect(await all.target.client.dbsize()).toBe(0);
  });
});

it('a verified point with keys of several databases goes into one of them when the others have nothing to write', async () => {
  const gone = bytes([254, 3], [252], [1, 0, 0, 0, 0, 0, 0, 0], key(0, 'expired', str('v')));
  const all = await entered(file('REDIS0010', [254, 0], key(0, 'k', str('v')), gone));
  const { output, status } = await recovering({
    ...all,
    target: { ...all.target, url: `${all.target.url}/0` },
  });
  expect(output).toMatchObject({ written: 1, expired: 1 });
  expect(status).toBe(0);
});
