import * as z from 'zod';

/** What is needed to build the cache again; recorded beside the data, because the cache may be gone by then. */
export const topology = z.object({
  engine: z.string(),
  engineVersion: z.string(),
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
});
export type Topology = z.output<typeof topology>;
