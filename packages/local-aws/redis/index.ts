/** Real Redis and Valkey servers, as the nodes of caches. */

export { type TlsFiles, tlsFiles } from './certificate.ts';
export { infoOf } from './control.ts';
export { type RedisNode, startNode } from './node.ts';
export { freePort, returnPort } from './ports.ts';
export { REPLICATION_TIMESTAMP } from './replication-timestamp.ts';
export { findServer, NoServerError, type ServerBinary } from './server-binary.ts';
