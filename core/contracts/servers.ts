import * as z from 'zod';
import { planNameInConfig } from './plan.ts';
import { form } from './problems.ts';

/** Redis and Valkey servers that you run yourself, and that Redrill protects. */

const nameForm = form(
  'the name of a server',
  'use at most 40 lower-case letters, digits and single hyphens, the first a letter',
);
export const serverName = z.string(nameForm).regex(/^[a-z](?!.*--)[a-z0-9-]{0,39}(?<!-)$/, nameForm);

const roleForm = form('the ARN of a role', 'write it as arn:aws:iam::111122223333:role/events-host');

const server = z.strictObject({
  /** The name of a plan. */
  plan: planNameInConfig,
  /** How many shards make the server: 1, or the primaries of a Redis or Valkey Cluster. */
  shards: z.int().min(1).max(500).default(1),
  /** Roles that its hosts write their backups with, below the server's own prefix of the landing bucket. They must exist. */
  shippers: z
    .array(z.string(roleForm).regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/, roleForm))
    .min(1)
    .max(20),
  /** A file that is larger is not taken into the vault, GiB. */
  largestFileGib: z.number().positive().max(5_000).default(100),
});

/** By their names, which are in one namespace with those of caches. */
export const servers = z.record(serverName, server);
export type Servers = z.output<typeof servers>;

/** What of the configuration names things to protect. */
export interface Named {
  readonly caches: Readonly<Record<string, string>>;
  /** @default none */
  readonly servers?: Servers;
}

/** The plan of every cache and server that the configuration names. */
export function planNames({ caches, servers: own = {} }: Named): Readonly<Record<string, string>> {
  return { ...caches, ...Object.fromEntries(Object.entries(own).map(([name, { plan }]) => [name, plan])) };
}
