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
