import { Redis } from 'ioredis';
import type { LocalAws } from '../../local/local-aws.ts';

/** Texts that stand for people's data: they may be in RDB files and nowhere that people look. */
export const CANARIES = ['canary-key-7f3a', 'canary-value-91bc', 'canary-field-c05e'] as const;
const [KEY, VALUE, FIELD] = CANARIES;

/** How demo keys are called; execution and cache names have no such form. */
const DEMO_KEY_NAME = /\b(?:session|counter|profile|ids|ranking|events):[0-9a-z]+/;

type Node = ReturnType<LocalAws['elasticache']['nodesOf']>[number];

/** A canary of every core type on each of a cache's shards; every second one expires in a year. */
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

/** Where data have leaked to: lines of logs, alerts, heartbeats, executions and metrics with a key, a value or a secret. */
export function leaks(aws: LocalAws, heartbeats: readonly string[], secrets: readonly string[] = []): readonly string[] {
  const forbidden = [...CANARIES, ...secrets];
  const told = [
    ...aws.logs.groups.flatMap((group) =>
      aws.logs.lines(group).map(({ message }) => [`log ${group.name}`, message] as const),
    ),
    ...aws.sns.messages.map(({ subject = '', message, attributes }) => [
      'alert',
      `${subject} ${message} ${JSON.stringify(attributes)}`,
    ] as const),
    ...heartbeats.map((body) => ['heartbeat', body] as const),
  ];
  return told
    .filter(([, line]) => forbidden.some((text) => line.includes(text)) || DEMO_KEY_NAME.test(line))
    .map(([where, line]) => `${where}: ${line}`);
}
