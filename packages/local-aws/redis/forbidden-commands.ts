/**
 * What ElastiCache keeps from its customers on node-based clusters, as access rules of the `default` user. There the
 * commands are renamed away and answer "unknown command"; here they answer NOPERM, so that the local AWS's own user
 * can still run them. The rules on listing users hide that user.
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (restricted commands)
 */
const FORBIDDEN_COMMANDS = [
  'bgrewriteaof',
  'bgsave',
  'config',
  'debug',
  'failover',
  'migrate',
  'module',
  'psync',
  'replconf',
  'replicaof',
  'save',
  'shutdown',
  'slaveof',
  'sync',
  'acl|deluser',
  'acl|getuser',
  'acl|list',
  'acl|load',
  'acl|save',
  'acl|setuser',
  'acl|users',
  'cluster|addslots',
  'cluster|addslotsrange',
  'cluster|bumpepoch',
  'cluster|delslots',
  'cluster|delslotsrange',
  'cluster|failover',
  'cluster|flushslots',
  'cluster|forget',
  'cluster|meet',
  'cluster|replicate',
  'cluster|reset',
  'cluster|saveconfig',
  'cluster|set-config-epoch',
  'cluster|setslot',
] as const;

/** Everything but what ElastiCache forbids. */
export const CUSTOMER_RULES: string = [
  '~*',
  '&*',
  '+@all',
  ...FORBIDDEN_COMMANDS.map((command) => `-${command}`),
].join(' ');

/**
 * What serverless caches do not have besides, and the local AWS's own user does not need: removed from the server, which
 * then answers as ElastiCache does, for example "ERR unknown command 'keys', with args beginning with: …".
 *
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (unavailable in serverless caches); the
 * answers to KEYS and PSUBSCRIBE: https://github.com/langfuse/langfuse/issues/9443 and
 * https://github.com/spring-projects/spring-data-redis/issues/2815
 */
const SERVERLESS_REMOVED = [
  'fcall',
  'fcall_ro',
  'function',
  'keys',
  'lastsave',
  'memory',
  'object',
  'psubscribe',
  'punsubscribe',
  'wait',
] as const;

/**
 * The restricted commands of node-based clusters that this user does not need in a server without replicas. BGSAVE,
 * CONFIG and single subcommands stay, and are answered with NOPERM.
 */
const RESTRICTED_REMOVED = [
  'bgrewriteaof',
  'debug',
  'failover',
  'migrate',
  'module',
  'psync',
  'replconf',
  'replicaof',
  'save',
  'slaveof',
  'sync',
] as const;

/** Commands that the server of a serverless cache does not know. */
export const REMOVED_COMMANDS: readonly string[] = [...SERVERLESS_REMOVED, ...RESTRICTED_REMOVED];

/** Everything but what serverless caches forbid. Rules cannot name a command that is removed. */
export const SERVERLESS_RULES: string = [
  '~*',
  '&*',
  '+@all',
  ...FORBIDDEN_COMMANDS.filter((command) => !REMOVED_COMMANDS.includes(command)).map(
    (command) => `-${command}`,
  ),
  '-client|id',
  '-client|list',
].join(' ');
