import type { TlsFiles } from './certificate.ts';
import type { ServerBinary } from './server-binary.ts';
import type { SlotRange } from './slots.ts';

/** A member of a cluster, as the others must know it before any of them is started. */
export interface ClusterMember {
  /** 40 hexadecimal digits. */
  readonly id: string;
  readonly port: number;
  readonly busPort: number;
  /** The slots of a primary, or the primary that a replica follows. */
  readonly role: { readonly slots: readonly SlotRange[] } | { readonly replicaOf: string };
}

/** What a server is of, which decides the commands that its customers have. */
export type Offering = 'node-based' | 'serverless';

/** How to start one node. */
export interface NodeOptions {
  readonly binary: ServerBinary;
  /** The node's own folder; made if need be. Absolute. */
  readonly folder: string;
  /** Of the local AWS's own user; the nodes of one group share it. */
  readonly administratorPassword: string;
  /** @default a free one */
  readonly port?: number;
  /** TLS only, with these files. @default plain TCP */
  readonly tls?: TlsFiles;
  /** What clients must present with AUTH. @default none */
  readonly authToken?: string;
  /** @default node-based */
  readonly offering?: Offering;
  /** @default no limit */
  readonly maxMemoryBytes?: number;
  /** Cluster mode: all members of the cluster, this node by its port among them. @default cluster mode off */
  readonly cluster?: readonly ClusterMember[];
  /** Cluster mode off: the port of the primary to follow. @default a primary */
  readonly replicaOfPort?: number;
  /** Loaded at the start. Copied, not changed. @default empty */
  readonly rdbFile?: string;
  /** Further directives of the configuration file, for example `maxmemory-policy`. */
  readonly directives?: Readonly<Record<string, string>>;
}
