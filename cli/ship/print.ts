import { AwsClock } from '../../adapters/aws/aws-clock.ts';
import { caller } from '../../adapters/aws/caller.ts';
import { loadConfig } from '../../adapters/files/config-file.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import type { ShipConfig } from '../../core/contracts/ship-config.ts';
import { AppError } from '../../core/model/errors.ts';
import { nearest } from '../nearest.ts';

export interface PrintOptions {
  readonly print?: 'config' | 'acl' | 'systemd';
  readonly for?: string;
  readonly shard: string;
  readonly config?: string;
}

/** @throws AppError `BadInput`, `UnknownCache` */
export async function printed(
  options: PrintOptions,
  what: NonNullable<PrintOptions['print']>,
): Promise<string> {
  if (what === 'acl') return ACL;
  if (what === 'systemd') return SERVICE;
  return JSON.stringify(await hostConfig(options), null, 2);
}

/** A user that may do what `redrill ship` does, and read or write no key. */
const ACL =
  'ACL SETUSER redrill on >PASSWORD resetkeys resetchannels -@all +info +bgsave +config|get +cluster|nodes +ping';

const SERVICE = `# /etc/systemd/system/redrill-ship.service
[Unit]
Description=Ship the backups of this Redis or Valkey server
After=network-online.target
[Service]
User=redis
ExecStart=npx redrill ship
Restart=always
RestartSec=10
[Install]
WantedBy=multi-user.target`;

async function hostConfig({ for: name, shard, config: file }: PrintOptions): Promise<ShipConfig> {
  const deployed = await loadConfig(file);
  const { servers, plans, source, account } = deployed;
  if (name === undefined) throw new AppError('BadInput', '--print needs --for <server>');
  const server = servers[name];
  if (server === undefined)
    throw new AppError(
      'UnknownCache',
      `the configuration has no server '${name}'${nearest(name, Object.keys(servers))}`,
    );
  const number = Number(shard);
  if (!Number.isInteger(number) || number < 1 || number > server.shards)
    throw new AppError('BadInput', `--shard ${shard}: ${name} has the shards 1 to ${server.shards}`);
  const owner = account ?? (await caller(source.region, new AwsClock())).account;
  const plan = plans[server.plan];
  if (plan === undefined || !isProtected(plan))
    throw new AppError('BadInput', `${name} is on plan '${server.plan}', which protects nothing`);
  return {
    server: name,
    shard: number,
    every: plan.every,
    redis: 'redis://redrill@127.0.0.1:6379',
    passwordFile: '/etc/redrill/password',
    landing: { bucket: resourceNames.landingBucket(owner, deployed), region: source.region },
  };
}
