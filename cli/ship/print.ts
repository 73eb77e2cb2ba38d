import { AwsClock } from '../../adapters/aws/aws-clock.ts';
import { caller } from '../../adapters/aws/caller.ts';
import { loadConfig } from '../../adapters/files/config-file.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import type { ShipConfig } from '../../core/contracts/ship-config.ts';
import { AppError } from '../../core/model/errors.ts';
import { HOST_PROGRAM } from '../../core/model/host-program.ts';
import { cronsEvery } from '../../lib/schedule/cadence.ts';
import { nearest } from '../nearest.ts';
import { programText } from './program.ts';

export interface PrintOptions {
  readonly print: 'program' | 'config' | 'acl' | 'systemd' | 'cron' | 'kubernetes';
  readonly for?: string;
  readonly shard: string;
  readonly config?: string;
}

/** @throws AppError `BadInput`, `UnknownCache` */
export async function printed(options: PrintOptions): Promise<string> {
  if (options.print === 'program') return programText();
  if (options.print === 'config') return JSON.stringify(await hostConfig(options), null, 2);
  if (options.print === 'cron') return cronOf(await chosen(options));
  return { acl: ACL, systemd: SERVICE, kubernetes: CONTAINER }[options.print];
}

/** A user that may do what `redrill ship` does, and read or write no key. */
const ACL =
  'ACL SETUSER redrill on >PASSWORD resetkeys resetchannels -@all +info +bgsave +config|get +cluster|nodes +ping';

const RUN = `/usr/bin/node ${HOST_PROGRAM}`;

const SERVICE = `# /etc/systemd/system/redrill-ship.service
[Unit]
Description=Ship the backups of this Redis or Valkey server
After=network-online.target
[Service]
User=redis
ExecStart=${RUN}
Restart=always
RestartSec=10
[Install]
WantedBy=multi-user.target`;

/** https://man7.org/linux/man-pages/man5/crontab.5.html documents CRON_TZ for cronie; Debian's cron does not have it. */
const CRON_HEAD =
  '# /etc/cron.d/redrill-ship: once for each slot, in UTC. A cron without CRON_TZ, such as that of Debian, needs a host whose time zone is UTC.';

/** A run for each slot, a minute after it begins: the slot is that of AWS's clock, from which the host's may differ. */
function cronOf({ every }: Pick<ShipConfig, 'every'>): string {
  const lines = cronsEvery(every).map((cron) => {
    const [, minutes = '', hours = ''] = /^cron\((\S+) (\S+) /.exec(cron) ?? [];
    const later = minutes.split(',').map((minute) => Number(minute) + 1);
    return `${later.join(',')} ${hours} * * * redis ${RUN} --once`;
  });
  return [CRON_HEAD, 'CRON_TZ=UTC', ...lines].join('\n');
}

const CONTAINER = `# Beside the server in its pod. The service account has the role of the host (IRSA or EKS Pod Identity).
- name: redrill-ship
  image: node:24-slim
  command: [node, /opt/redrill/redrill-ship.mjs, --host-config, /etc/redrill/ship.json]
  env:
    # Instead of "passwordFile" in ship.json.
    - name: REDRILL_REDIS_PASSWORD
      valueFrom: { secretKeyRef: { name: redrill-ship, key: password } }
  volumeMounts:
    # The server's data folder; "folder" in ship.json is /data.
    - { name: data, mountPath: /data, readOnly: true }
    # A ConfigMap with redrill-ship.mjs, and one with ship.json.
    - { name: redrill-program, mountPath: /opt/redrill, readOnly: true }
    - { name: redrill-config, mountPath: /etc/redrill, readOnly: true }
  resources:
    requests: { cpu: 100m, memory: 128Mi }
    limits: { memory: 512Mi }`;

/** A host of a server, as the configuration has it. */
async function chosen({ for: name, shard, config: file }: PrintOptions) {
  const deployed = await loadConfig(file);
  const { servers, plans } = deployed;
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
  const plan = plans[server.plan];
  if (plan === undefined || !isProtected(plan))
    throw new AppError('BadInput', `${name} is on plan '${server.plan}', which protects nothing`);
  return { deployed, name, shard: number, every: plan.every };
}

async function hostConfig(options: PrintOptions): Promise<ShipConfig> {
  const { deployed, name, shard, every } = await chosen(options);
  const { source, account } = deployed;
  const owner = account ?? (await caller(source.region, new AwsClock())).account;
  return {
    server: name,
    shard,
    every,
    redis: 'redis://redrill@127.0.0.1:6379',
    passwordFile: '/etc/redrill/password',
    landing: { bucket: resourceNames.landingBucket(owner, deployed), region: source.region },
  };
}
