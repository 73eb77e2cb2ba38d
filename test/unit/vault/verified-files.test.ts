import { ContentDigest, Crc64, DIGEST_FORMAT_VERSION } from '@redrill/rdb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryPoint, StoredObject } from '../../../core/contracts/recovery-point.ts';
import { crc64Text } from '../../../core/model/crc64-text.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { expectedDigest } from '../../../live/restore-comparison.ts';
import { requireVerifiedDigest, requireVerifiedFile } from '../../../vault/verified-files.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { pointOf, SLOT, soundShard } from '../core/facts.ts';

const FILE = Buffer.from('an RDB file, as far as the vault is concerned');
const POINT = pointOf();
const KEY = vaultKeys.shard(POINT, 1);
const DIGEST_KEY = vaultKeys.digest(POINT, 1);
const DIGEST = digestWith('one');

function digestWith(library: string): Uint8Array {
  const digest = new ContentDigest();
  digest.addFunction(Buffer.from(library));
  return digest.toBytes();
}

/** With another version after the magic, and the checksum that follows from it. */
function ofVersion(version: number, digest: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(digest);
  const [view, end] = [new DataView(bytes.buffer), bytes.length - 8];
  view.setUint32('RDRDIGST'.length, version, true);
  const crc = new Crc64('jones');
  crc.update(bytes.subarray(0, end));
  view.setBigUint64(end, crc.digest(), true);
  return bytes;
}

let vault: MemoryStore;
let point: RecoveryPoint;

async function stored(key: string, body: Uint8Array): Promise<StoredObject> {
  await vault.write(key, body);
  const { versionId = 'null', etag = '', bytes = 0 } = (await vault.head(key)) ?? {};
  return { versionId, etag, bytes };
}

function crcOf(bytes: Uint8Array): string {
  const crc = new Crc64('nvme');
  crc.update(bytes);
  return crc64Text(crc.digest());
}

beforeEach(async () => {
  vault = new MemoryStore('vault', { versioned: true });
  const shard = soundShard(1, 3, { bytes: FILE.length, crc64nvme: crcOf(FILE) });
  const files = { file: await stored(KEY, FILE), digestFile: await stored(DIGEST_KEY, DIGEST) };
  point = pointOf({ shards: [{ ...shard, ...files }] });
});

const refusal = (how: string) => ({
  code: 'VaultFileChanged',
  message: expect.stringMatching(
    new RegExp(
      `^shard 1 of sessions/${SLOT} is not what was verified: ${how}.*; use another recovery point: npx redrill points sessions --explain$`,
    ),
  ),
});

describe('the file of a shard', () => {
  it('is used in the version that was verified', async () => {
    const sound = point.shards[0];
    expect(await requireVerifiedFile(vault, point, 1)).toEqual(sound?.sound && sound.file);
  });

  it.each([
    ['other bytes of the same length', () => vault.write(KEY, Buffer.from(FILE).fill(0))],
    ['fewer bytes', () => vault.write(KEY, FILE.subarray(1))],
  ])('is refused with %s', async (_what, change) => {
    await change();
    await expect(requireVerifiedFile(vault, point, 1)).rejects.toMatchObject(
      refusal('shard-0001.rdb was replaced .* can be written back'),
    );
  });

  it('is used when it was written back, although that made another version', async () => {
    await vault.write(KEY, Buffer.from(FILE).fill(0));
    await vault.write(KEY, FILE);
    const sound = point.shards[0];
    expect(await requireVerifiedFile(vault, point, 1)).toEqual(sound?.sound && sound.file);
  });

  it('is refused when the version that was verified is gone, whatever lies there instead', async () => {
    const other = new MemoryStore('vault', { versioned: true });
    for (let times = 0; times < 3; times++) await other.write(`other-${times}`, 'x');
    await other.write(KEY, FILE);
    await expect(requireVerifiedFile(other, point, 1)).rejects.toMatchObject(
      refusal('the recorded version .* of shard-0001.rdb is gone'),
    );
  });

  it('is refused when it is hidden', async () => {
    await vault.remove(KEY);
    await expect(requireVerifiedFile(vault, point, 1)).rejects.toMatchObject(
      refusal('shard-0001.rdb is missing'),
    );
  });

  it('is refused when S3 keeps another checksum of it than that of the bytes that were read', async () => {
    const [shard] = point.shards;
    if (!shard?.sound) throw new Error('the shard is sound');
    const content = { ...shard.content, crc64nvme: crcOf(Buffer.from('something else')) };
    const recorded = { ...point, shards: [{ ...shard, content }] };
    await expect(requireVerifiedFile(vault, recorded, 1)).rejects.toMatchObject(
      refusal('the recorded version .* of shard-0001.rdb has other bytes'),
    );
  });

  it('that was never sound is not used', async () => {
    const problem = { code: 'ShardMissing', message: 'it is missing' };
    const unsound = pointOf({ shards: [{ sound: false, shard: 1, key: KEY, problem }] });
    await expect(requireVerifiedFile(vault, unsound, 1)).rejects.toMatchObject({
      code: 'UnusablePoint',
      message: `shard 1 of sessions/${SLOT} is not sound: it is missing`,
    });
    await expect(requireVerifiedFile(vault, point, 2)).rejects.toThrow('shard 2 of sessions');
  });
});

describe('the digest of a shard', () => {
  it('is compared with in the version that was recorded, whatever lies above it', async () => {
    await requireVerifiedDigest(vault, point, 1);
    await vault.write(DIGEST_KEY, digestWith('two'));
    expect((await expectedDigest(vault, point, [1])).toBytes()).toEqual(DIGEST);
  });

  it('is refused before anything is created when it is not the recorded one', async () => {
    await vault.write(DIGEST_KEY, digestWith('two'));
    await expect(requireVerifiedDigest(vault, point, 1)).rejects.toMatchObject(
      refusal('digest-0001.bin was replaced'),
    );
    await vault.write(DIGEST_KEY, DIGEST);
    await requireVerifiedDigest(vault, point, 1);
    await vault.remove(DIGEST_KEY);
    await expect(requireVerifiedDigest(vault, point, 1)).rejects.toMatchObject(
      refusal('digest-0001.bin is missing'),
    );
  });

  it('is not compared with when the recorded version is gone', async () => {
    const other = new MemoryStore('vault', { versioned: true });
    await expect(expectedDigest(other, point, [1])).rejects.toMatchObject(
      refusal('the recorded version .* of digest-0001.bin is gone'),
    );
  });

  it('of a newer Redrill is refused by name', async () => {
    const digestFile = await stored(DIGEST_KEY, ofVersion(9, DIGEST));
    const [shard] = point.shards;
    const newer = pointOf({
      shards: [{ ...(shard ?? soundShard(1, 3)), digestFile } as ReturnType<typeof soundShard>],
    });
    await expect(expectedDigest(vault, newer, [1])).rejects.toMatchObject({
      code: 'NewerFormat',
      message: `${DIGEST_KEY} has version 9 of the digest's format, and this reads up to version ${DIGEST_FORMAT_VERSION}: upgrade redrill`,
    });
  });

  it('is that of all shards together, whatever their order', async () => {
    const [first] = point.shards;
    const second = soundShard(2, 3);
    const digestFile = await stored(vaultKeys.digest(POINT, 2), digestWith('two'));
    const both = pointOf({ shards: [first ?? second, { ...second, digestFile } as typeof second] });
    const merged = await expectedDigest(vault, both, [2, 1]);
    const expected = ContentDigest.fromBytes(DIGEST);
    expected.merge(ContentDigest.fromBytes(digestWith('two')));
    expect(merged.toBytes()).toEqual(expected.toBytes());
  });
});
