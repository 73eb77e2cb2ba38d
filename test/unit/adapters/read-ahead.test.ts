import { randomBytes } from 'node:crypto';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3Fixture, VAULT_REGION } from '@redrill/local-aws/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAhead } from '../../../adapters/aws/read-ahead.ts';

const RANGE_BYTES = 100_000;
const AHEAD = 4;
const OBJECT = { bucket: 'vault', key: 'k', rangeBytes: RANGE_BYTES } as const;

/** What the line does with the answer to a GET: let so many bytes of its body through, then cut it or fall silent. */
type Trouble = { readonly afterBytes: number; readonly end: 'cut' | 'silence' };

/** The real S3 client and the local S3, and between them a line on which things go wrong. */
async function overABadLine(bytes: Uint8Array, trouble?: (get: number) => Trouble | undefined) {
  const { url, client } = await s3Fixture();
  /** The first byte of every range that was asked for, in order. */
  const asked: number[] = [];
  const open = new Set<ServerResponse>();
  const line = createServer((from, to) => {
    const range = /^bytes=(\d+)-/.exec(from.headers.range ?? '')?.[1];
    const get = range === undefined ? undefined : asked.push(Number(range));
    open.add(to);
    to.on('close', () => open.delete(to));
    const options = { method: from.method, headers: from.headers };
    const sent = forward(new URL(from.url ?? '', url), options, (answer) =>
      pass(answer, to, get === undefined ? undefined : trouble?.(get)),
    );
    sent.on('error', () => to.destroy());
    from.pipe(sent);
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    line.closeAllConnections();
    await new Promise((resolve) => line.close(resolve));
  });
  const endpoint = `http://127.0.0.1:${(line.address() as AddressInfo).port}`;
  // Only a line with trouble is ever silent for longer, but on a machine that has much else to do.
  const socketTimeout = trouble === undefined ? 30_000 : 1_000;
  const reading = client(VAULT_REGION, { endpoint, requestHandler: { socketTimeout } });
  const write = async (Body: Uint8Array) => {
    const written = await client(VAULT_REGION).send(
      new PutObjectCommand({ Bucket: 'vault', Key: 'k', Body }),
    );
    return written.ETag ?? '';
  };
  await write(bytes);
  return { client: reading, asked, open, write };
}

function pass(answer: IncomingMessage, to: ServerResponse, trouble: Trouble | undefined): void {
  to.writeHead(answer.statusCode ?? 500, answer.headers);
  if (trouble === undefined) return void answer.pipe(to);
  let left = trouble.afterBytes;
  answer.on('data', (piece: Uint8Array) => {
    to.write(piece.subarray(0, left));
    left -= Math.min(left, piece.length);
  });
  answer.on('end', () => {
    // What was written is on its way before the connection ends.
    if (trouble.end === 'cut') setImmediate(() => to.destroy());
  });
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of chunks) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const starts = (from: number, to: number) =>
  Array.from({ length: Math.ceil((to - from) / RANGE_BYTES) }, (_, at) => from + at * RANGE_BYTES);

describe('reading ahead', () => {
  it.each([
    ['an empty object', 0, 0],
    ['less than a range', 77, 0],
    ['whole ranges', 5 * RANGE_BYTES, 0],
    ['a byte more', 5 * RANGE_BYTES + 1, 0],
    ['from the middle of a range', 7 * RANGE_BYTES, 123_456],
    ['the last byte', 2 * RANGE_BYTES, 2 * RANGE_BYTES - 1],
    ['nothing, from the end', 2 * RANGE_BYTES, 2 * RANGE_BYTES],
  ])('gives %s in order, each byte asked for once', async (_what, size, fromByte) => {
    const bytes = randomBytes(size);
    const { client, asked } = await overABadLine(bytes);
    const read = await all(readAhead(client, { ...OBJECT, fromByte }));
    expect(read.equals(bytes.subarray(fromByte))).toBe(true);
    expect(asked.toSorted((one, other) => one - other)).toEqual(starts(fromByte, size));
  });

  it('is never further ahead than its bound, and ends what is under way when its consumer stops', async () => {
    const silent = (get: number) => (get > 1 ? ({ afterBytes: 10, end: 'silence' } as const) : undefined);
    const { client, asked, open } = await overABadLine(randomBytes(20 * RANGE_BYTES), silent);
    for await (const first of readAhead(client, OBJECT)) {
      expect(first.length).toBeGreaterThan(0);
      while (asked.length < 1 + AHEAD) await sleep(5);
      break;
    }
    expect(asked).toHaveLength(1 + AHEAD);
    while (open.size > 0) await sleep(5);
    expect(asked).toHaveLength(1 + AHEAD);
  });
});

describe('an answer that breaks off', () => {
  it.each(['cut', 'silence'] as const)('(%s) is asked for again from where it broke', async (end) => {
    const bytes = randomBytes(3 * RANGE_BYTES);
    const broken = (get: number) => (get <= 3 ? { afterBytes: 40_000, end } : undefined);
    const { client, asked } = await overABadLine(bytes, broken);
    expect((await all(readAhead(client, OBJECT))).equals(bytes)).toBe(true);
    const again = starts(0, bytes.length).map((start) => start + 40_000);
    expect(asked.slice(3).toSorted((one, other) => one - other)).toEqual(again);
  });

  it('every time is given up, and the error says at which byte', async () => {
    const bytes = randomBytes(RANGE_BYTES);
    const { client, asked } = await overABadLine(bytes, () => ({ afterBytes: 1_000, end: 'cut' }));
    await expect(all(readAhead(client, OBJECT))).rejects.toMatchObject({
      code: 'AwsUnavailable',
      message: expect.stringMatching(/^read vault\/k: the answer broke off 5 times, last at byte 5000: /),
    });
    expect(asked).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
  });
});

describe('an object that is written anew', () => {
  const changed = (etag: string) => ({
    code: 'StateChanged',
    message: `vault/k was written anew while it was read (its ETag was ${etag}); read it from the start`,
  });

  it('between two reads ends the reading', async () => {
    const { client, write, asked } = await overABadLine(randomBytes(10));
    const etag = await write(randomBytes(10));
    await write(randomBytes(10));
    await expect(all(readAhead(client, { ...OBJECT, etag, fromByte: 5 }))).rejects.toMatchObject(
      changed(etag),
    );
    expect(asked).toEqual([]);
  });

  it('in the middle of a reading ends it', async () => {
    const { client, write } = await overABadLine(randomBytes(10));
    const etag = await write(randomBytes(10 * RANGE_BYTES));
    const reading = async () => {
      let ranges = 0;
      for await (const _ of readAhead(client, OBJECT)) if (++ranges === 1) await write(randomBytes(10));
    };
    await expect(reading()).rejects.toMatchObject(changed(etag));
  });

  it('is NotFound when it is gone', async () => {
    const { client } = await overABadLine(randomBytes(10));
    await expect(all(readAhead(client, { ...OBJECT, key: 'gone' }))).rejects.toMatchObject({
      code: 'NotFound',
    });
  });
});
