import type { Config } from '../../core/contracts/config.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import demo from '../../redrill.config.ts';

export const DEPLOYER = '111122223333';
export const VAULT_ACCOUNT = '444455556666';

/** A key that caches are encrypted with. */
export const SOURCE_KEY = `arn:aws:kms:${demo.source.region}:${DEPLOYER}:key/0fedcba9-12ab-34cd-56ef-1234567890ab`;

export interface Configuration {
  readonly config: Config;
  /** Account of the credentials that deploy. @default not known */
  readonly deployer?: string;
}

export const demoConfig: Config = parseConfig(demo);
const { heartbeat: _, ...silent } = demo;

const withVault = (changed: object) => parseConfig({ ...demo, vault: { ...demo.vault, ...changed } });

/** Every way in which alerts can be sent. */
const ALL_CHANNELS = {
  ...demo.alerts,
  eventBus: 'operations',
  endpoints: [
    { url: 'https://example.com/all' },
    { url: 'https://example.com/pages', only: 'page' as const, raw: true },
  ],
  pagerDuty: { parameter: '/redrill/pagerduty-key', region: 'eu', tickets: false },
  slack: [{ workspaceId: 'T0123ABCDEF', channelId: 'C0123ABCDEF' }],
  teams: [
    {
      tenantId: '12345678-abcd-1234-abcd-1234567890ab',
      teamId: '12345678-abcd-1234-abcd-1234567890ac',
      channelId: '19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2',
    },
  ],
};

/** Everything that the tests look at the templates of. Synthesised once for all of them, by the global set-up. */
export const CONFIGURATIONS = {
  demo: { config: demoConfig, deployer: DEPLOYER },
  'demo again': { config: demoConfig, deployer: DEPLOYER },
  'no account': { config: demoConfig },
  'no heartbeat': { config: parseConfig(silent), deployer: DEPLOYER },
  'existing network': {
    config: withVault({
      drillNetwork: {
        vpcId: 'vpc-0123456789abcdef0',
        subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
        availabilityZones: ['a', 'b'],
      },
    }),
    deployer: DEPLOYER,
  },
  'a server': {
    config: parseConfig({
      ...demo,
      servers: {
        events: {
          plan: 'event-log',
          shards: 3,
          shippers: ['arn:aws:iam::111122223333:role/events-1', 'arn:aws:iam::111122223333:role/events-2'],
        },
        queue: { plan: 'job-queue', shippers: ['arn:aws:iam::999988887777:role/queue'] },
      },
    }),
    deployer: DEPLOYER,
  },
  'drill zones and ACLs': {
    config: withVault({ drillZones: ['eu-central-1b', 'eu-central-1c', 'eu-central-1a'], seedGrant: 'acl' }),
    deployer: DEPLOYER,
  },
  'earlier key': {
    config: parseConfig({
      ...demo,
      source: { ...demo.source, kmsKeys: [SOURCE_KEY] },
      vault: {
        ...demo.vault,
        kmsKeyArn: `arn:aws:kms:${demo.vault.region}:${DEPLOYER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
      },
    }),
    deployer: DEPLOYER,
  },
  'all channels': {
    config: parseConfig({ ...demo, alerts: ALL_CHANNELS }),
    deployer: DEPLOYER,
  },
  'vault account': {
    config: parseConfig({
      ...demo,
      vault: { ...demo.vault, account: VAULT_ACCOUNT, lock: { mode: 'compliance', days: 2 } },
      alerts: ALL_CHANNELS,
    }),
    deployer: DEPLOYER,
  },
} as const satisfies Readonly<Record<string, Configuration>>;

export type ConfigurationName = keyof typeof CONFIGURATIONS;
