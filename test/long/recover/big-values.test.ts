import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RestoreStream, slotOf, type TooBig } from '@redrill/rdb';
import { bytes, double, file, held, key, len, lzf, run, str, ziplist } from '@redrill/rdb/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { openRangedFile } from '../../../adapters/files/ranged-file.ts';
import { encodeCommand } from '../../../adapters/redis/resp-command.ts';
import { BIG_BYTES, writeBig } from '../../../live/recover/big-value.ts';
import { Parcel, single } from '../../../live/recover/parcel.ts';
import { unfinishedName } from '../../../live/recover/write-in-pieces.ts';
import {
  digestsOf,
  type LargeValues,
  largeValues,
  nameOf,
  TYPES,
} from '../../servers/recover/large-values.ts';
import {
  fileOf,
  folder,
  type ListeningServer,
  listening,
  meddling,
  running,
} from '../../servers/recover/running.ts';

const MIB = 1024 * 1024;

let source: ListeningServer;
let dump: Uint8Array;
let found: readonly TooBig[];
let into: LargeValues['into'];

beforeAll(async () => {
  ({ source, dump, found, into } = await largeValues());
});

describe('values that are larger than a batch', () => {
  it('are all written by the command, with one RESTORE each', async () => {
    expect(found.map(nameOf).sort()).toEqual([...TYPES, 'stream'].sort());
    const target = await listening();
    const path = await fileOf(dump);
    const { status, stdout } = await running(['recover', path, '--into', target.url, '--apply', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ read: 6, written: 6, skipped: 0 });
    expect(await target.client.call('DEBUG', 'DIGEST')).toBe(await source.client.call('DEBUG', 'DIGEST'));
    const again = await running(['recover', path, '--into', target.url, '--apply', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ read: 6, written: 0, skipped: 6 });
    const over = await running([
      'recover',
      path,
      '--into',
      target.url,
      '--apply',
      '--json',
      '--mode',
      'overwrite',
    ]);
    expect(JSON.parse(over.stdout)).toMatchObject({ read: 6, written: 6, skipped: 0 });
  });

  it('go in pieces if they are large, under another name until they are whole', async () => {
    const target = await listening();
    await into(
      target,
      async (context) => {
        for (const big of found) expect(await writeBig(context, big)).toBe('written');
      },
      { piecesFromBytes: MIB },
    );
    expect(await digestsOf(target, TYPES)).toEqual(await digestsOf(source, TYPES));
    expect(Number(await target.client.dbsize())).toBe(6);
  });

  it('that an earlier run has left unfinished are begun anew, and leave nothing', async () => {
    const target = await listening();
    const hash = found.find((big) => nameOf(big) === 'hash') as TooBig;
    await target.client.hset(Buffer.from(unfinishedName(hash.name)), 'left', 'over');
    await into(target, async (context) => void (await writeBig(context, hash)), { piecesFromBytes: MIB });
    expect(await target.client.keys('*')).toEqual(['hash']);
    expect(await digestsOf(target, ['hash'])).toEqual(await digestsOf(source, ['hash']));
  });

  it('that are there are left alone, and count as written only if they are what the file holds', async () => {
    const target = await listening();
    await run(target.client, [['SADD', 'set', 'mine']]);
    await into(
      target,
      async (context) => {
        for (const big of found) await writeBig(context, big);
        for (const big of found) {
          expect(await writeBig(context, big)).toBe('skipped');
          expect(await writeBig({ ...context, mayBeOwn: true }, big)).toBe(
            nameOf(big) === 'set' ? 'skipped' : 'written',
          );
        }
      },
      { piecesFromBytes: MIB },
    );
    expect(await target.client.smembers('set')).toEqual(['mine']);
  });

  it('of encodings that older servers wrote', async () => {
    const target = await listening();
    const filler = 'f'.repeat(MIB);
    const older = file(
      'REDIS0009',
      key(
        14,
        'quicklist',
        len(3),
        str(ziplist('a', 1, 12, -100, 70_000, 2 ** 40)),
        lzf(ziplist('b'.repeat(300))),
        str(ziplist(...Array(3).fill(filler))),
      ),
      key(
        3,
        'zset',
        len(5),
        str('a'),
        [3],
        '1.5',
        str('b'),
        [254],
        str('c'),
        [255],
        str(filler),
        [1],
        '7',
        str(`${filler}${filler}`),
        [1],
        '8',
      ),
      key(
        5,
        'zset-2',
        len(3),
        str('a'),
        double(-0.1),
        lzf('l'.repeat(500)),
        double(2 ** 60),
        str(`${filler}${filler}`),
        double(3),
      ),
      key(
        2,
        'set',
        len(4),
        [0xc0, 5],
        [0xc1, 0x2c, 0x01],
        [0xc2, 0xff, 0xff, 0xff, 0x7f],
        str(`${filler}${filler}`),
      ),
    );
    const where = await fileOf(older);
    const whole = await listening();
    expect((await running(['recover', where, '--into', whole.url, '--apply'])).status).toBe(0);
    const big: TooBig[] = [];
    const options = { nowMs: 0, maxPayloadBytes: BIG_BYTES, onTooBig: (one: TooBig) => big.push(one) };
    for await (const batch of new RestoreStream(held(older), options)) batch.release();
    const opened = await openRangedFile(where);
    await into(
      target,
      async (context) => {
        for (const one of big) expect(await writeBig(context, one)).toBe('written');
      },
      { piecesFromBytes: MIB, source: opened },
    );
    await opened.close();
    expect(big).toHaveLength(4);
    expect(await target.client.call('DEBUG', 'DIGEST')).toBe(await whole.client.call('DEBUG', 'DIGEST'));
  });

  it.each(['RESTORE', 'SADD', 'EXEC'])(
    'are begun anew when the connection is lost at %s, and are not taken for somebody else’s',
    async (word) => {
      const target = await listening();
      let times = 0;
      const proxy = await meddling(target, word, (client) => times++ === 0 && client.destroy());
      await into(
        proxy,
        async (context) => {
          const set = found.find((big) => nameOf(big) === 'set') as TooBig;
          expect(await writeBig(context, set)).toBe('written');
        },
        { piecesFromBytes: word === 'RESTORE' ? 1000 * MIB : MIB },
      );
      expect(times).toBeGreaterThan(0);
      expect(await target.client.keys('*')).toEqual(['set']);
      expect(await digestsOf(target, ['set'])).toEqual(await digestsOf(source, ['set']));
    },
  );

  it('whose connection is lost again and again interrupt the work', async () => {
    const target = await listening();
    const proxy = await meddling(target, 'SADD', (client) => client.destroy());
    await into(
      proxy,
      async (context) => {
        const set = found.find((big) => nameOf(big) === 'set') as TooBig;
        await expect(writeBig(context, set)).rejects.toMatchObject({ code: 'RecoverInterrupted' });
      },
      { piecesFromBytes: MIB },
    );
  });

  it('that cannot be read to their end leave no half command, which would take the next one for its value', async () => {
    const target = await listening();
    const stream = found.find((big) => nameOf(big) === 'stream') as TooBig;
    await into(target, async (context) => {
      const source = {
        ...context.source,
        async *read(from: number) {
          yield* context.source.read(from, from + MIB);
          throw new Error('the disk is gone');
        },
      };
      await expect(writeBig({ ...context, source }, stream)).rejects.toThrow('the disk is gone');
      expect(await context.cluster.ownerOf(0).ask(0, 'SET', 'next', 'value')).toBe('OK');
    });
    expect(await target.client.keys('*')).toEqual(['next']);
  });

  it('that a server only queues do not count as written, nor do small ones', async () => {
    const target = await listening();
    const isQueued = { code: 'RecoverInterrupted', message: expect.stringContaining("'QUEUED'") };
    await into(target, async (context) => {
      const lane = context.cluster.ownerOf(0);
      await lane.ask(0, 'MULTI');
      await expect(writeBig(context, found[0] as TooBig)).rejects.toMatchObject(isQueued);
      const commands = single(encodeCommand(['RESTORE', 'small', 0, 'payload']));
      const settled: string[] = [];
      const parcel = new Parcel(commands, 0, {
        succeeded: () => settled.push('written'),
        refused: (_, message) => settled.push(message),
      });
      await lane.ask(0, 'MULTI');
      await expect((await lane.push(parcel)).done).rejects.toMatchObject(isQueued);
      expect(settled).toEqual([]);
    });
    expect(await target.client.dbsize()).toBe(0);
  });

  it('whose name is longer than 1 MiB are refused by name', async () => {
    const target = await listening();
    const path = join(await folder(), 'long.rdb');
    await writeFile(path, file('REDIS0010', key(0, 'n'.repeat(MIB + 1), str('v')), key(0, 'k', str('v'))));
    const { status, stdout } = await running(['recover', path, '--into', target.url, '--apply', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      read: 2,
      written: 1,
      refused: 1,
      refusals: [{ code: 'TOO_BIG', message: 'its name is longer than 1 MiB' }],
    });
  });
});

it('an unfinished value lies in the slot of its key', () => {
  for (const name of ['a', '', '{tag}b', 'x{y', 'x}y', '{}z', '{{a}}']) {
    const bytesOf = bytes(name);
    expect(slotOf(unfinishedName(bytesOf))).toBe(slotOf(bytesOf));
  }
});
