import { createHash } from 'node:crypto';
import { RestoreStream, type TooBig } from '@redrill/rdb';
import { type Command, held, run } from '@redrill/rdb/testing';
import type { ServerAddress } from '../../../adapters/redis/resp-connection.ts';
import { BIG_BYTES, type BigContext } from '../../../live/recover/big-value.ts';
import { TargetCluster } from '../../../live/recover/target-cluster.ts';
import { type ListeningServer, listening } from './running.ts';

const MIB = 1024 * 1024;
const PATIENCE_MS = 1000;
const LATER_MS = Date.now() + 86_400_000;
const range = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Types whose values can be written in pieces; a key of each is named after it. */
export const TYPES = ['string', 'list', 'set', 'zset', 'hash'] as const;

/** Values that are larger than a batch takes, and a way to write them. */
export interface LargeValues {
  /** Where they come from. */
  readonly source: ListeningServer;
  readonly dump: Uint8Array;
  readonly found: readonly TooBig[];
  readonly into: (
    target: Pick<ListeningServer, 'port'>,
    work: (context: BigContext) => Promise<void>,
    more?: Partial<BigContext>,
    address?: Partial<ServerAddress>,
  ) => Promise<void>;
}

/** A server with a large value of every type, and its file. */
export async function largeValues(): Promise<LargeValues> {
  const source = await listening();
  await fill(source);
  await source.client.config('SET', 'rdbcompression', 'no');
  const dump = await source.save();
  const ranged = held(dump);
  const found: TooBig[] = [];
  const onTooBig = (one: TooBig) => found.push(one);
  const stream = new RestoreStream(ranged, { nowMs: Date.now(), maxPayloadBytes: BIG_BYTES, onTooBig });
  for await (const batch of stream) batch.release();
  const into: LargeValues['into'] = async ({ port }, work, more = {}, address = {}) => {
    const signal = new AbortController().signal;
    const cluster = await TargetCluster.open(
      { host: '127.0.0.1', port, tls: false, ...address },
      { patienceMs: PATIENCE_MS, signal },
    );
    const usual = { mode: 'missing', database: 0, mayBeOwn: false, patienceMs: PATIENCE_MS } as const;
    try {
      await work({ ...usual, cluster, source: ranged, signal, ...more });
    } finally {
      cluster.close();
    }
  };
  return { source, dump, found, into };
}

export const nameOf = ({ name }: TooBig) => Buffer.from(name).toString();

/** What the values and expiries of these keys come to. */
export const digestsOf = async ({ client }: ListeningServer, names: readonly string[]) =>
  Promise.all(
    names.map(async (name) => [
      name,
      await client.call('DEBUG', 'DIGEST-VALUE', name),
      await client.call('PEXPIRETIME', name),
    ]),
  );

async function fill({ client }: ListeningServer): Promise<void> {
  const many = (command: string, name: string, each: (at: number) => Command[number][], count = 60_000) =>
    range(count / 1000).map(
      (part) => [command, name, ...range(1000).flatMap((at) => each(part * 1000 + at))] as unknown as Command,
    );
  await run(client, [
    [
      'SET',
      'string',
      createHash('shake256', { outputLength: 6 * MIB })
        .update('string')
        .digest(),
    ],
    ...many('RPUSH', 'list', (at) => [`element ${at} ${'x'.repeat(at % 70)}`, at, -at * 65_537]),
    ...many('SADD', 'set', (at) => [`member ${at} ${'y'.repeat(40)}`]),
    ...many('ZADD', 'zset', (at) => [at / 7, `member ${at} ${'z'.repeat(40)}`]),
    ...many('HSET', 'hash', (at) => [`field ${at}`, `value ${at} ${'v'.repeat(40)}`]),
    ['ZADD', 'zset', 'inf', 'most', '-inf', 'least', '1e300', 'much'],
    ['PEXPIREAT', 'hash', LATER_MS],
    [
      'XADD',
      'stream',
      '1-1',
      'a',
      Buffer.alloc(3 * MIB, 'not compressible, not really 1234567890'.repeat(5)),
    ],
  ]);
}
