import { describe, expect, it } from 'vitest';
import { MemoryBucket } from '../../../adapters/memory/bucket.ts';
import { memoryObjectStore, memoryShardCopier } from '../../../adapters/memory/object-store.ts';
import { landingKeys, vaultKeys } from '../../../core/model/keys.ts';
import { run } from '../../../lambdas/copy-shard.ts';
import { SealedExports } from '../../../vault/sealed-exports.ts';
import { NO_SERVERS, SLOT, sealOf } from '../core/facts.ts';

const SEAL = sealOf();
const INPUT = { cache: 'sessions', slot: SLOT, tier: 'daily', snapshot: SEAL.snapshot, shard: 1 } as const;
const FILE = SEAL.shards[0]?.key ?? '';
const COPY = vaultKeys.shard(INPUT, 1);
const text = (body: Uint8Array | undefined) => new TextDecoder().decode(body);

/** A sealed export of one file, and a vault. */
function world() {
  const clock = { now: 0, at: () => undefined };
  const landing = new MemoryBucket('landing', { clock });
  const vault = new MemoryBucket('vault', { clock, versioned: true });
  const buckets = new Map([landing, vault].map((each) => [each.name, each]));
  const put = (key: string, body: string) => landing.put(key, new TextEncoder().encode(body));
  const { etag } = put(FILE, 'what was exported');
  const shards = SEAL.shards.map((each) => ({ ...each, etag, bytes: 'what was exported'.length }));
  put(landingKeys.seal(SEAL.snapshot), JSON.stringify({ ...SEAL, shards }));
  const copy = () =>
    run(INPUT, {
      copier: memoryShardCopier(buckets),
      vault: memoryObjectStore(vault),
      landing: memoryObjectStore(landing),
      exports: new SealedExports(memoryObjectStore(landing), NO_SERVERS),
      landingRegion: 'eu-west-1',
      kmsKeyArn: 'key',
    });
  const finding = () => JSON.parse(text(vault.current(vaultKeys.finding(INPUT, 1))?.body) || 'null');
  return { landing, vault, put, copy, finding, etag };
}

describe('copy-shard', () => {
  it('copies the file that was sealed', async () => {
    const { copy, vault, finding } = world();
    expect(await copy()).toEqual({ shard: 1, copied: true });
    expect(text(vault.current(COPY)?.body)).toBe('what was exported');
    expect(finding()).toBeNull();
  });

  it('does not copy a file that is larger than the seal says', async () => {
    const { copy, put, vault, finding, landing } = world();
    const seal = JSON.parse(text(landing.current(landingKeys.seal(SEAL.snapshot))?.body));
    seal.shards[0].bytes = 5;
    put(landingKeys.seal(SEAL.snapshot), JSON.stringify(seal));
    expect(await copy()).toEqual({ shard: 1, copied: false });
    expect(vault.current(COPY)).toBeUndefined();
    expect(finding().problem.message).toContain('has 17 bytes; 5 were sealed');
  });

  it('does not copy a file that was replaced since, and records both ETags', async () => {
    const { copy, vault, put, finding, etag } = world();
    const replaced = put(FILE, 'what was EXPORTED');
    expect(await copy()).toEqual({ shard: 1, copied: false });
    expect(vault.current(COPY)).toBeUndefined();
    expect(finding()).toMatchObject({
      sound: false,
      problem: {
        code: 'ExportChanged',
        message: `the file was replaced after the export was sealed: landing/${FILE} has the ETag ${replaced.etag}; ${etag} was sealed`,
      },
    });
  });

  it('records a file that is gone', async () => {
    const { copy, landing, finding } = world();
    landing.delete(FILE);
    expect(await copy()).toEqual({ shard: 1, copied: false });
    expect(finding().problem.code).toBe('ShardMissing');
  });

  it('fails without the seal, which says what to copy', async () => {
    const { copy, landing } = world();
    landing.delete(landingKeys.seal(SEAL.snapshot));
    await expect(copy()).rejects.toMatchObject({ code: 'NotFound' });
  });
});
