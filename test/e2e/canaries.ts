import type { LocalAws } from '@redrill/local-aws';
import { Redis } from 'ioredis';
import { demoKeys } from '../../demo/dataset.ts';

/** Texts that stand for people's data: they may be in RDB files and nowhere that people look. */
const KEY = 'canary-key-7f3a';
const VALUE = 'canary-value-91bc';
const FIELD = 'canary-field-c05e';

type Node = ReturnType<LocalAws['elasticache']['nodesOf']>[number];

/** A canary of every core type on each of a cache's shards; some expire in a year. */
export async function plantCanaries(nodes: readonly Node[]): Promise<void> {
  for (const { customer, role, slots } of nodes) {
    if (role !== 'primary') continue;
    const { ca, host, password, port } = customer;
    const redis = new Redis({
      host,
      port,
      ...(password === '' ? {} : { password }),
      ...(ca === undefined ? {} : { tls: { ca } }),
    });
    try {
      const tag = slots.length === 0 ? '' : `{${await tagServedBy(redis)}}`;
      const key = (type: string) => `${KEY}:${type}${tag}`;
      await redis.set(key('string'), VALUE, 'EX', 365 * 86_400);
      await redis.hset(key('hash'), FIELD, VALUE);
      await redis.rpush(key('list'), VALUE, VALUE);
      await redis.sadd(key('set'), VALUE);
      await redis.zadd(key('zset'), 1.5, VALUE);
      await redis.expire(key('zset'), 365 * 86_400);
      await redis.xadd(key('stream'), '*', FIELD, VALUE);
    } finally {
      redis.disconnect();
    }
  }
}

/** How many keys the canaries are, per shard. */
export const CANARIES_PER_SHARD = 6;

/** A hash tag whose slot this node serves: nodes refuse keys of other shards. */
async function tagServedBy(redis: Redis): Promise<string> {
  for (let at = 0; ; at++) {
    try {
      await redis.exists(`{t${at}}`);
      return `t${at}`;
    } catch (error) {
      if (!String(error).includes('MOVED')) throw error;
    }
  }
}

/** How the demo's keys are called; cache and execution names have no such form. */
const DEMO_KEY = /\b(?:session|counter|profile|queue|tags|ids|ranking|events):[0-9a-z]{1,4}\b/;
/** Long enough never to be there by chance. */
const TOKEN = /[0-9a-z]{16,}/g;

/** Every random token in the values of the first keys of a demo cache. */
function tokensIn(cache: string, keys: number): ReadonlySet<string> {
  const seed = [...cache].reduce((sum, character) => sum + character.charCodeAt(0), 0);
  const commands = [...demoKeys(keys, seed)].flatMap((key) => key.commands);
  return new Set(commands.flatMap((command) => command.join(' ').match(TOKEN) ?? []));
}

/** Values that the demo's caches hold. */
const TOKENS: readonly ReadonlySet<string>[] = ['sessions', 'orders'].map((cache) => tokensIn(cache, 1_000));

/**
 * The demo's AUTH token; the tokens of drills are 64 hexadecimal digits, as the checksums in the vault are. So are the
 * names of files with a Lambda's code, which traces have on this machine alone.
 */
const SECRET = /not-a-secret-of-anyone|\b[0-9a-f]{64}\b(?!\.zip\/)/;

function tells(line: string): boolean {
  return (
    [KEY, VALUE, FIELD].some((canary) => line.includes(canary)) ||
    DEMO_KEY.test(line) ||
    SECRET.test(line) ||
    (line.match(TOKEN) ?? []).some((token) => TOKENS.some((tokens) => tokens.has(token)))
  );
}

/** Lines of logs, alerts, heartbeats and metrics that hold a key, a value or a secret. */
export function leaks({ logs, sns, events }: LocalAws, heartbeats: readonly string[]): readonly string[] {
  const lines = [
    ...logs.groups.flatMap((group) =>
      logs.lines(group).map(({ message }) => ({ where: group.name, line: message })),
    ),
    ...sns.messages.map(({ subject = '', message, attributes }) => ({
      where: 'alert',
      line: `${subject} ${message} ${JSON.stringify(attributes)}`,
    })),
    ...events.accepted.map(({ detail }) => ({ where: 'event', line: JSON.stringify(detail) })),
    ...heartbeats.map((line) => ({ where: 'heartbeat', line })),
  ];
  // Stack traces name the bundles, whose folders are called after their checksums.
  return lines
    .map(({ where, line }) => ({ where, line: line.replaceAll(/asset\.[0-9a-f]{64}/g, '') }))
    .filter(({ line }) => tells(line))
    .map(({ where, line }) => `${where}: ${line}`);
}
