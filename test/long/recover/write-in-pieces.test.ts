import type { TooBig } from '@redrill/rdb';
import { run } from '@redrill/rdb/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BigContext, writeBig } from '../../../live/recover/big-value.ts';
import { unfinishedName } from '../../../live/recover/write-in-pieces.ts';
import { digestsOf, type LargeValues, largeValues, nameOf } from '../../servers/recover/large-values.ts';
import { listening, meddling } from '../../servers/recover/running.ts';

const MIB = 1024 * 1024;
const PIECES: Partial<BigContext> = { piecesFromBytes: MIB };

let values: LargeValues;
beforeAll(async () => {
  values = await largeValues();
});

const bigOf = (type: string) => values.found.find((big) => nameOf(big) === type) as TooBig;
const bufferOf = (name: Uint8Array) => Buffer.from(name);

describe('a value in pieces', () => {
  it.each(['list', 'set', 'zset', 'hash'])(
    'of type %s that is evicted before it is whole is not written, and says so',
    async (type) => {
      const target = await listening('--maxmemory-policy', 'volatile-lru');
      await run(target.client, [['SET', type, 'mine']]);
      const used = Number(/used_memory:(\d+)/.exec(await target.client.info('memory'))?.[1]);
      await target.client.config('SET', 'maxmemory', used + 2.5 * MIB);
      await values.into(
        target,
        async (context) => {
          await expect(writeBig(context, bigOf(type))).rejects.toMatchObject({
            code: 'TargetFull',
            message: expect.stringMatching(/lost a large value before it was complete/),
          });
          expect(await context.cluster.ownerOf(0).ask(0, 'PING')).toBe('PONG');
        },
        { ...PIECES, mode: 'overwrite' },
      );
      expect(await target.client.info('stats')).toMatch(/evicted_keys:[1-9]/);
      expect(await target.client.keys('*')).toEqual([type]);
      expect(await target.client.get(type)).toBe('mine');
    },
  );

  it('of which only the end is there is not written', async () => {
    const target = await listening();
    const big = bigOf('string');
    const name = bufferOf(unfinishedName(big.name));
    let pieces = 0;
    const proxy = await meddling(target, 'APPEND', async () => ++pieces === 2 && target.client.del(name));
    await values.into(
      proxy,
      async (context) => {
        await expect(writeBig(context, big)).rejects.toMatchObject({ code: 'TargetFull' });
      },
      PIECES,
    );
    expect(pieces).toBe(2);
    expect(await target.client.dbsize()).toBe(0);
  });

  it.each(['WATCH', 'MULTI', 'EXEC'])('that is gone just before %s is not written', async (word) => {
    const target = await listening();
    const big = bigOf('set');
    const name = bufferOf(unfinishedName(big.name));
    const proxy = await meddling(target, word, () => target.client.del(name));
    await values.into(
      proxy,
      async (context) => {
        await expect(writeBig(context, big)).rejects.toMatchObject({ code: 'TargetFull' });
        expect(await context.cluster.ownerOf(0).ask(0, 'PING')).toBe('PONG');
      },
      PIECES,
    );
    expect(await target.client.dbsize()).toBe(0);
  });

  it('leaves alone a key that comes into being just before it is renamed', async () => {
    const target = await listening();
    const proxy = await meddling(target, 'EXEC', () => target.client.set('hash', 'mine'));
    await values.into(
      proxy,
      async (context) => expect(await writeBig(context, bigOf('hash'))).toBe('skipped'),
      PIECES,
    );
    expect(await target.client.keys('*')).toEqual(['hash']);
    expect(await target.client.get('hash')).toBe('mine');
  });

  it.each(['missing', 'overwrite'] as const)(
    'whose time comes before it is whole leaves nothing, as a RESTORE does: mode %s',
    async (mode) => {
      const target = await listening();
      const late = { ...bigOf('set'), expiresAtMs: Date.now() - 1 };
      for (const piecesFromBytes of [MIB, 1000 * MIB]) {
        if (mode === 'overwrite') await run(target.client, [['SET', 'set', 'mine']]);
        await values.into(target, async (context) => expect(await writeBig(context, late)).toBe('written'), {
          piecesFromBytes,
          mode,
        });
        expect(await target.client.dbsize()).toBe(0);
      }
    },
  );

  it.each(['RENAMENX', 'EXEC'])(
    'by a user who may not %s: it stops, and the connection does not stay in the transaction',
    async (word) => {
      const target = await listening();
      await target.client.call(
        'ACL',
        'SETUSER',
        'some',
        'on',
        '>pw',
        '~*',
        '+@all',
        `-${word.toLowerCase()}`,
      );
      await values.into(
        target,
        async (context) => {
          await expect(writeBig(context, bigOf('zset'))).rejects.toMatchObject({
            code: 'TargetRefused',
            message: expect.stringMatching(/NOPERM/),
          });
          expect(await context.cluster.ownerOf(0).ask(0, 'SET', 'next', 'value')).toBe('OK');
        },
        PIECES,
        { username: 'some', password: 'pw' },
      );
      expect(await target.client.get('next')).toBe('value');
      expect(await target.client.exists('zset')).toBe(0);
    },
  );

  it('is whole after values that were not', async () => {
    const target = await listening();
    const big = bigOf('list');
    const name = bufferOf(unfinishedName(big.name));
    let times = 0;
    const proxy = await meddling(target, 'MULTI', async () => times++ === 0 && target.client.del(name));
    await values.into(
      proxy,
      async (context) => {
        await expect(writeBig(context, big)).rejects.toMatchObject({ code: 'TargetFull' });
        expect(await writeBig(context, big)).toBe('written');
      },
      PIECES,
    );
    expect(await digestsOf(target, ['list'])).toEqual(await digestsOf(values.source, ['list']));
  });
});
