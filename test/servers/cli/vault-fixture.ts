import { createSts } from '@redrill/local-aws';
import { ACCESS_KEY, ACCOUNT, type S3Fixture, s3Fixture, VAULT_REGION } from '@redrill/local-aws/testing';
import { vi } from 'vitest';
import { objectStore } from '../../../adapters/aws/object-store.ts';
import { writeJson } from '../../../adapters/documents/json-objects.ts';
import type { Fleet } from '../../../core/contracts/fleet.ts';
import type { RecoveryPoint } from '../../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { instantOf, parseSlot } from '../../../core/model/slot.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { folderWith, type Ran } from '../../unit/cli/run.ts';
import { runHere } from '../../unit/cli/run-here.ts';
import { pointOf } from '../../unit/core/facts.ts';
import { enterWhole } from '../../unit/vault/whole-point.ts';

export const BUCKET = `redrill-vault-${ACCOUNT}-${VAULT_REGION}-an`;
/** Where the vault's watch remembers its alerts, and where the source's does. */
export const STAGING = `redrill-staging-${ACCOUNT}-${VAULT_REGION}-an`;
export const LANDING = `redrill-landing-${ACCOUNT}-eu-west-1-an`;

/** A vault with what a test has entered into it, in an S3 that speaks HTTP, and the real command before it. */
export interface VaultFixture {
  readonly fixture: S3Fixture;
  readonly catalogue: Catalogue;
  readonly env: Readonly<Record<string, string>>;
  /** A folder with redrill.config.ts. */
  readonly folder: string;
  redrill(...command: readonly string[]): Promise<Ran>;
  /** Enters a recovery point, with every file that it needs. */
  enter(changed: Partial<RecoveryPoint> & { readonly slot: RecoveryPoint['slot'] }): Promise<RecoveryPoint>;
  /** What the vault's own watch writes. */
  /** @param redrill the version that did so. @default it does not say */
  watched(at: string, redrill?: string): Promise<void>;
}

const PLAN = `{ every: '6h', rpo: '8h', rto: '1h', drill: { schedule: 'weekly', nodeType: 'cache.t4g.medium' } }`;

export function configText(caches: Readonly<Record<string, string>> = {}, region = VAULT_REGION): string {
  return `export default {
  source: { region: 'eu-west-1' },
  vault: { region: '${region}' },
  plans: { sessions: ${PLAN}, none: { unprotected: 'a pure cache' } },
  caches: ${JSON.stringify(caches)},
};
`;
}

/** @param now the instant that AWS has @param caches of the configuration, with their plans */
export async function vaultFixture(
  now: string,
  caches: Readonly<Record<string, string>> = {},
): Promise<VaultFixture> {
  const fixture = await s3Fixture({ startsAt: now });
  fixture.fabric.register(
    createSts({
      assume: () => {
        throw new Error('there are no roles here');
      },
    }),
  );
  fixture.s3.admin.createBucket(
    { name: BUCKET, region: VAULT_REGION, account: ACCOUNT },
    { versioned: true },
  );
  for (const [name, region] of [
    [STAGING, VAULT_REGION],
    [LANDING, 'eu-west-1'],
  ] as const)
    fixture.s3.admin.createBucket({ name, region, account: ACCOUNT });
  const env = {
    AWS_ENDPOINT_URL: fixture.url,
    AWS_REGION: VAULT_REGION,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: 'not-checked',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const catalogue = new Catalogue(objectStore({ bucket: BUCKET, region: VAULT_REGION }));
  const folder = folderWith({ 'redrill.config.ts': configText(caches) });
  return {
    fixture,
    catalogue,
    env,
    folder,
    redrill: (...command) => runHere(command, { env: { PATH: process.env.PATH, ...env }, cwd: folder }),
    enter: (changed) => enter(catalogue, changed),
    watched: async (asOf, redrill) => {
      const page: Fleet = { version: 1, ...(redrill && { redrill }), asOf, caches: [], unprotected: [] };
      await writeJson(catalogue.vault, vaultKeys.fleet, page);
    },
  };
}

async function enter(
  catalogue: Catalogue,
  changed: Partial<RecoveryPoint> & { readonly slot: RecoveryPoint['slot'] },
): Promise<RecoveryPoint> {
  const { cache = 'sessions', slot } = changed;
  const takenAt = new Date(instantOf(slot).getTime() + 30_000).toISOString();
  const admittedAt = new Date(instantOf(slot).getTime() + 300_000).toISOString();
  const point = pointOf({ takenAt, admittedAt, snapshot: snapshotNameOf(cache, slot), ...changed });
  return enterWhole(catalogue, point);
}

export const at = (slot: string) => parseSlot(slot);
