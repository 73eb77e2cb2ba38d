import * as z from 'zod';
import { cacheName, slot } from './fields.ts';
import { engineVersion, serverTopology } from './topology.ts';

/** How a host is named in keys and alerts. */
export const HOST_FORM = /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/;

/** What a host knows of the server whose file it has shipped. */
const facts = serverTopology.omit({ hosts: true }).extend({
  engine: z.enum(['redis', 'valkey']),
  engineVersion,
  role: z.enum(['primary', 'replica']),
  /** The hash slots that its shard serves, as ranges; absent outside a cluster. */
  slots: z
    .string()
    .regex(/^[\d,-]{0,16384}$/)
    .optional(),
  tls: z.boolean(),
  /** How clients prove who they are. */
  auth: z.enum(['none', 'token', 'users']),
});
export type ServerDescription = z.output<typeof facts>;

/** `servers/<server>/<slot>/shard-0001.seal.json`: that one shard of a server is shipped for a slot. */
export const serverSeal = z.object({
  version: z.literal(1),
  server: cacheName,
  slot,
  shard: z.int().positive(),
  host: z.string().regex(HOST_FORM),
  file: z.object({
    key: z.string(),
    bytes: z.int().nonnegative(),
    etag: z.string().max(64),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** When the server began to save, by AWS's clock. */
  takenAt: z.iso.datetime(),
  sealedAt: z.iso.datetime(),
  facts,
});
export type ServerSeal = z.output<typeof serverSeal>;
