import * as z from 'zod';

/** What stands for the node type of a serverless cache, which has none. */
export const SERVERLESS_NODE_TYPE = 'serverless';

/** What stands for the node type of a server that you run yourself. */
export const SERVER_NODE_TYPE = 'server';

const bounds = z.object({ minimum: z.number().optional(), maximum: z.number().optional() });

/**
 * What only a serverless cache has. Its other fields say what a node-based cache in its place has to be, so that either can
 * be restored as the other.
 */
export const serverlessTopology = z.object({
  /** Data that it may hold, GB. @default ElastiCache's own limit */
  storageGb: bounds.optional(),
  ecpuPerSecond: bounds.optional(),
  subnets: z.array(z.string()),
  /** The customer managed key that it is encrypted at rest with. */
  kmsKey: z.string().optional(),
});

/** What a host says of its server: nothing that could do harm where it is printed or asked for. */
const word = z.string().regex(/^[\w.+-]{1,64}$/);
export const engineVersion = word;
export const path = z.string().regex(/^[\w./ @:+-]{1,255}$/);

/**
 * What only a server of one's own has, never a secret. Its other fields say what a node-based cache in its place has to be, so
 * that it can be drilled and restored as one.
 */
export const serverTopology = z.object({
  /** Of each shard, the host that saved it, and what it was then. */
  hosts: z.array(
    z.object({ shard: z.int().positive(), host: z.string(), role: z.enum(['primary', 'replica']) }),
  ),
  databases: z.int().min(1).max(1_000_000),
  /** 0 means without a limit. */
  maxmemoryBytes: z.int().nonnegative(),
  maxmemoryPolicy: word,
  modules: z.array(z.object({ name: word, version: word })).max(64),
  /** The setting `save`, as the server has it. */
  save: z.string().regex(/^[\d ]{0,200}$/),
  appendOnly: z.boolean(),
  /** Where the server saves to, and under which name; absent if they have unusual characters. */
  dir: path.optional(),
  dbfilename: path.optional(),
});

/** What is needed to build the cache again; recorded beside the data, because the cache may be gone by then. */
export const topology = z.object({
  engine: z.string(),
  engineVersion: z.string(),
  /** `serverless` of a serverless cache, `server` of a server of one's own. */
  nodeType: z.string(),
  clusterMode: z.boolean(),
  /** Replicas per shard. */
  replicas: z.int(),
  shards: z.array(
    z.object({
      shard: z.int().positive(),
      /** `0-5460`; absent with cluster mode off. */ slots: z.string().optional(),
    }),
  ),
  parameterGroup: z.string(),
  /** Parameters that differ from the engine's defaults. */
  parameters: z.record(z.string(), z.string()),
  /** Ids of user groups; never secrets. */
  userGroups: z.array(z.string()),
  securityGroups: z.array(z.string()),
  subnetGroup: z.string().optional(),
  tls: z.boolean(),
  auth: z.enum(['none', 'token', 'users']),
  automaticFailover: z.boolean(),
  multiAz: z.boolean(),
  dataTiering: z.boolean(),
  durability: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  /** Present of a serverless cache, and of no other. */
  serverless: serverlessTopology.optional(),
  /** Present of a server of one's own, and of no other. */
  server: serverTopology.optional(),
});
export type Topology = z.output<typeof topology>;
