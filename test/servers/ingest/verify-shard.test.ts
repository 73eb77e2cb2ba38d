import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Command, commandsOf, run as fill, startServer } from '@redrill/rdb/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SAVING_MARGIN_MS } from '../../../adapters/lambda/time-left.ts';
import { shardFinding } from '../../../core/contracts/recovery-point.ts';
import { stagingKeys, vaultKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { run } from '../../../lambdas/verify-shard.ts';
import { parseShardCheckpoint, writeShardCheckpoint } from '../../../vault/shard-checkpoint.ts';
import { PIECE_BYTES, ShardReader, type ShardReading } from '../../../vault/shard-reader.ts';
import { MemoryStore } from '../../unit/adapters/memory-store.ts';
import { SLOT } from '../../unit/core/facts.ts';

const SNAPSHOT = snapshotNameOf('sessions', SLOT);
const INPUT = { cache: 'sessions', slot: SLOT, tier: 'daily', snapshot: SNAPSHOT, shard: 1 } as const;
const FILE = vaultKeys.shard(INPUT, 1);
const CHECKPOINT = stagingKeys.checkpoint('sessions', SLOT, 1);

/** A file that a real server wrote: every type, in every encoding it has, some values longer than a piece. */
let file: Uint8Array;
/** Whole ones: the rest of the file is read with the last. */
let pieces: number;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redrill-verify-'));
  const server = await startServer();
  await fill(server.client, [...commandsOf(Date.now() + 3_600_000), ...longerThanAPiece()]);
  file = Uint8Array.from(await server.save());
  await server.stop();
  pieces = Math.ceil(file.length / PIECE_BYTES);
  return () => rm(folder, { recursive: true, force: true });
});

/** Incompressible, so that they are as long in the file. */
function longerThanAPiece(): readonly Command[] {
  const elements = Array.from({ length: 1_000 }, () => randomBytes(90));
  return [
    ['SET', 'long:string', randomBytes(3.5 * PIECE_BYTES)],
    ['RPUSH', 'long:list', randomBytes(2 * PIECE_BYTES), ...elements],
    ['SADD', 'long:set', ...elements],
    ['HSET', 'long:hash', ...elements.flatMap((element, at) => [`field ${at}`, element])],
  ];
}

async function stores(body = file) {
  const [vault, staging] = [new MemoryStore('vault'), new MemoryStore('staging')];
  await vault.write(FILE, body);
  return { vault, staging };
}

/** Time for so many pieces; the one that is being read then is finished. */
function timeFor(count: number): () => number {
  let looks = 0;
  return () => (++looks < count ? SAVING_MARGIN_MS : SAVING_MARGIN_MS - 1);
}
const ALL_THE_TIME = () => 900_000;

/** Invokes until it is done, each time for so many pieces. @returns what every invocation said */
async function verify(world: Awaited<ReturnType<typeof stores>>, piecesEach: number) {
  const said: Awaited<ReturnType<typeof run>>[] = [];
  while (said.at(-1)?.done !== true)
    said.push(await run(INPUT, { ...world, timeLeftMs: timeFor(piecesEach) }));
  return said;
}

/** What is left in the vault: finding and digest, to the byte. */
async function recorded(vault: MemoryStore) {
  const bodies = [vaultKeys.finding(INPUT, 1), vaultKeys.digest(INPUT, 1)].map(async (key) => {
    const found = await vault.read(key);
    return found === undefined ? undefined : Buffer.from(found.body).toString('base64');
  });
  return Promise.all(bodies);
}

async function uninterrupted(body = file) {
  const world = await stores(body);
  const said = await run(INPUT, { ...world, timeLeftMs: ALL_THE_TIME });
  return { said, left: await recorded(world.vault) };
}

describe('verify-shard', () => {
  it('with time enough reads all in one go and saves nothing', async () => {
    const world = await stores();
    const said = await run(INPUT, { ...world, timeLeftMs: ALL_THE_TIME });
    expect(said).toEqual({ shard: 1, done: true, saved: false, fromByte: 0, sound: true });
    const { body } = (await world.vault.read(vaultKeys.finding(INPUT, 1))) ?? {};
    const finding = shardFinding.parse(JSON.parse(new TextDecoder().decode(body)));
    expect(finding).toMatchObject({ sound: true, key: FILE, content: { bytes: file.length } });
    expect(world.staging.writes).toEqual([]);
  });

  it('records which versions it has read and written, and a second run records the same ones', async () => {
    const [vault, staging] = [new MemoryStore('vault', { versioned: true }), new MemoryStore('staging')];
    await vault.write(FILE, 'an earlier version');
    await vault.write(FILE, file);
    const written = async () => {
      await run(INPUT, { vault, staging, timeLeftMs: ALL_THE_TIME });
      const { body } = (await vault.read(vaultKeys.finding(INPUT, 1))) ?? {};
      return shardFinding.parse(JSON.parse(new TextDecoder().decode(body)));
    };
    const finding = await written();
    const digest = await vault.head(vaultKeys.digest(INPUT, 1));
    const stored = await vault.head(FILE);
    expect(finding).toMatchObject({
      file: { versionId: stored?.versionId, etag: stored?.etag, bytes: file.length },
      digestFile: { versionId: digest?.versionId, etag: digest?.etag, bytes: digest?.bytes },
    });
    expect(await written()).toEqual(finding);
    await vault.write(vaultKeys.digest(INPUT, 1), 'of another run');
    expect(await written()).toMatchObject({
      digestFile: { versionId: (await vault.head(vaultKeys.digest(INPUT, 1)))?.versionId },
    });
  });

  it('stopped after every n-th piece, for every n, leaves the same to the byte, and no checkpoint', async () => {
    const { left } = await uninterrupted();
    expect(pieces).toBeGreaterThan(5);
    for (let each = 1; each <= pieces + 1; each++) {
      const world = await stores();
      const said = await verify(world, each);
      expect(said).toHaveLength(Math.floor(pieces / each) + 1);
      expect(said.slice(0, -1).map((one) => 'toByte' in one && one.toByte)).toEqual(
        said.slice(0, -1).map((_, at) => Math.min((at + 1) * each * PIECE_BYTES, file.length)),
      );
      expect(await recorded(world.vault)).toEqual(left);
      expect(await world.staging.list('')).toEqual([]);
    }
  });

  it('goes on in another process', async () => {
    const [path, checkpoint] = [join(folder, 'shard.rdb'), join(folder, 'checkpoint')];
    await writeFile(path, file);
    const script = join(import.meta.dirname, 'read-some-pieces.ts');
    const half = Math.floor(pieces / 2) + 1;
    const answers: string[] = [];
    while (answers.at(-1) !== 'done') {
      const { stdout } = await promisify(execFile)(process.execPath, [
        script,
        path,
        checkpoint,
        String(half),
      ]);
      const [answer = '', reading = ''] = stdout.split('\n');
      answers.push(answer);
      if (answer === 'done')
        expect(JSON.parse(reading)).toEqual(JSON.parse(JSON.stringify(await wholeReading())));
    }
    expect(answers).toHaveLength(Math.floor(pieces / half) + 1);
  });

  it('comes forward by a piece though there is never any time', async () => {
    const world = await stores();
    let invocations = 0;
    while (!(await run(INPUT, { ...world, timeLeftMs: () => 0 })).done) invocations++;
    expect(invocations).toBe(pieces);
  });

  it('finds the same fault of a damaged file, interrupted or not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = file.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const world = await stores(damaged);
        const said = await verify(world, 2);
        expect(said.at(-1)).toMatchObject({ done: true, sound: false });
        expect(await recorded(world.vault)).toEqual((await uninterrupted(damaged)).left);
        expect(await world.staging.list('')).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  it('has nothing to read where nothing was copied', async () => {
    const world = await stores();
    await world.vault.remove(FILE);
    expect(await run(INPUT, { ...world, timeLeftMs: ALL_THE_TIME })).toEqual({
      shard: 1,
      done: true,
      sound: false,
    });
  });

  it('does not go on with a file that is written anew while it is read', async () => {
    const { vault, staging } = await stores();
    const head = vault.head.bind(vault);
    vault.head = async (key) => {
      const found = await head(key);
      await vault.write(FILE, file.slice(0, -1));
      return found;
    };
    const verifying = run(INPUT, { vault, staging, timeLeftMs: ALL_THE_TIME });
    await expect(verifying).rejects.toMatchObject({ code: 'StateChanged' });
  });
});

describe('a checkpoint that is', () => {
  const remade = (saved: Uint8Array, change: (parts: Parts) => Parts) => {
    const parts = parseShardCheckpoint(saved);
    if (parts === undefined) throw new Error('it is sound');
    return writeShardCheckpoint(change(parts));
  };
  type Parts = NonNullable<ReturnType<typeof parseShardCheckpoint>>;
  const flipped = (bytes: Uint8Array, at: number) =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const damaged = 'the checkpoint is damaged, or of another layout';
  const another = 'the checkpoint is of another object';
  const build = 'the checkpoint is of another build';

  it.each<[string, string, (saved: Uint8Array) => Uint8Array]>([
    ['empty', damaged, () => new Uint8Array()],
    ['cut off', damaged, (saved) => saved.slice(0, -1)],
    ['damaged in its head', damaged, (saved) => flipped(saved, 30)],
    ['damaged in the reader’s', damaged, (saved) => flipped(saved, saved.length - 100)],
    ['damaged in its checksum', damaged, (saved) => flipped(saved, saved.length - 1)],
    ['of another layout', damaged, (saved) => flipped(saved, 7)],
    [
      'of another version of the object',
      another,
      (saved) => remade(saved, (of) => ({ ...of, etag: '"old"' })),
    ],
    ['of another object', another, (saved) => remade(saved, (of) => ({ ...of, key: 'daily/other' }))],
    [
      'of another SHA-256',
      build,
      (saved) => remade(saved, (of) => ({ ...of, sha256: flipped(of.sha256, 0) })),
    ],
    ['of another core', build, (saved) => remade(saved, (of) => ({ ...of, reader: flipped(of.reader, 40) }))],
  ])('%s means reading from the start, says so, and goes', async (_what, why, change) => {
    const world = await stores();
    await run(INPUT, { ...world, timeLeftMs: timeFor(3) });
    const saved = (await world.staging.read(CHECKPOINT))?.body ?? new Uint8Array();
    await world.staging.write(CHECKPOINT, change(saved));
    const said = await run(INPUT, { ...world, timeLeftMs: ALL_THE_TIME });
    expect(said).toEqual({ shard: 1, done: true, saved: true, fromByte: 0, startedAnew: why, sound: true });
    expect(await recorded(world.vault)).toEqual((await uninterrupted()).left);
    expect(await world.staging.list('')).toEqual([]);
  });

  it('gone means reading from the start', async () => {
    const world = await stores();
    await run(INPUT, { ...world, timeLeftMs: timeFor(3) });
    await world.staging.remove(CHECKPOINT);
    expect(await run(INPUT, { ...world, timeLeftMs: ALL_THE_TIME })).toMatchObject({
      done: true,
      fromByte: 0,
    });
    expect(await recorded(world.vault)).toEqual((await uninterrupted()).left);
  });
});

async function wholeReading(): Promise<ShardReading | undefined> {
  const reader = await ShardReader.begin();
  return reader.read(
    (async function* () {
      yield file;
    })(),
  );
}
