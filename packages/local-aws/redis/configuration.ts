import { createHash } from 'node:crypto';
import { CUSTOMER_RULES, REMOVED_COMMANDS, SERVERLESS_RULES } from './forbidden-commands.ts';
import type { ClusterMember, NodeOptions } from './node-options.ts';

/** The local AWS's own user on every node, hidden from customers. */
export const ADMINISTRATOR = 'local-aws';

export const LOG_FILE = 'server.log';
export const RDB_FILE = 'dump.rdb';
export const CLUSTER_FILE = 'nodes.conf';

/**
 * Longest silence before a node counts as failed. Long, because nobody fails over here and a laptop that was asleep
 * must find its clusters whole.
 */
const NODE_TIMEOUT_MS = 60_000;

/** The configuration file of a node. */
export function configurationOf(options: NodeOptions, port: number): string {
  const lines = [
    'bind 127.0.0.1',
    'protected-mode no',
    `dir ${quote(options.folder)}`,
    `dbfilename ${RDB_FILE}`,
    `logfile ${LOG_FILE}`,
    'save ""',
    'appendonly no',
    'daemonize no',
    `maxmemory ${options.maxMemoryBytes ?? 0}`,
    'repl-diskless-sync yes',
    'repl-diskless-sync-delay 0',
    ...transport(options, port),
    ...(options.offering === 'serverless' ? REMOVED_COMMANDS.map((name) => `rename-command ${name} ""`) : []),
    ...users(options),
    ...clusterDirectives(options, port),
    ...Object.entries(options.directives ?? {}).map(([name, value]) => `${name} ${quote(value)}`),
  ];
  if (options.replicaOfPort !== undefined) lines.push(`replicaof 127.0.0.1 ${options.replicaOfPort}`);
  return `${lines.join('\n')}\n`;
}

function transport({ tls }: NodeOptions, port: number): readonly string[] {
  if (tls === undefined) return [`port ${port}`];
  return [
    'port 0',
    `tls-port ${port}`,
    `tls-cert-file ${quote(tls.certificateFile)}`,
    `tls-key-file ${quote(tls.keyFile)}`,
    `tls-ca-cert-file ${quote(tls.caFile)}`,
    'tls-auth-clients no',
    'tls-replication yes',
    'tls-cluster yes',
  ];
}

function users({ authToken, administratorPassword, offering }: NodeOptions): readonly string[] {
  const customer = authToken === undefined ? 'nopass' : `#${sha256(authToken)}`;
  const rules = offering === 'serverless' ? SERVERLESS_RULES : CUSTOMER_RULES;
  return [
    `user default on ${customer} ${rules}`,
    `user ${ADMINISTRATOR} on #${sha256(administratorPassword)} ~* &* +@all`,
    `masteruser ${ADMINISTRATOR}`,
    `masterauth ${administratorPassword}`,
  ];
}

function clusterDirectives({ cluster }: NodeOptions, port: number): readonly string[] {
  const self = cluster?.find((member) => member.port === port);
  if (self === undefined) return [];
  return [
    'cluster-enabled yes',
    `cluster-config-file ${CLUSTER_FILE}`,
    `cluster-port ${self.busPort}`,
    'cluster-announce-ip 127.0.0.1',
    `cluster-node-timeout ${NODE_TIMEOUT_MS}`,
    'cluster-replica-no-failover yes',
    'cluster-require-full-coverage yes',
  ];
}

/**
 * The cluster as this node knows it from its first moment. Written rather than made with CLUSTER MEET and
 * ADDSLOTSRANGE because a node that starts with data takes the slots of that data for its own, and the slots of its
 * neighbours cannot be dealt out any more.
 */
export function clusterFileOf(members: readonly ClusterMember[], port: number): string {
  const epoch = new Map(members.map((member, index) => [member.id, index + 1]));
  const lines = members.map((member) => {
    const self = member.port === port ? 'myself,' : '';
    const address = `${member.id} 127.0.0.1:${member.port}@${member.busPort}`;
    if ('replicaOf' in member.role) {
      const { replicaOf } = member.role;
      return `${address} ${self}slave ${replicaOf} 0 0 ${epoch.get(replicaOf) ?? 0} connected`;
    }
    const slots = member.role.slots.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
    return `${address} ${self}master - 0 0 ${epoch.get(member.id) ?? 0} connected ${slots.join(' ')}`;
  });
  return `${lines.join('\n')}\nvars currentEpoch ${members.length} lastVoteEpoch 0\n`;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
