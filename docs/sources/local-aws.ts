import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServices, Faults, VirtualClock } from '@redrill/local-aws';
import { readingsOf } from '@redrill/local-aws/readings';
import type { ServerBinary } from '@redrill/local-aws/redis';

/** Signing names of the services that answer calls. */
export const SERVICES = [
  'elasticache',
  's3',
  'states',
  'lambda',
  'scheduler',
  'monitoring',
  'kms',
  'sns',
  'sqs',
  'events',
  'cloudformation',
  'ssm',
  'route53',
  'iam',
  'sts',
  'tagging',
  'servicequotas',
  'logs',
] as const;

/** Nothing is started here, so these lists can be written on a machine without a server. */
const NO_SERVER: ServerBinary = { file: '', argv0: '', engine: 'valkey', version: '', tls: false };

export interface Modelled {
  readonly operations: Readonly<Record<string, readonly string[]>>;
  readonly resourceTypes: readonly { readonly type: string; readonly properties: readonly string[] }[];
}

/** What the local AWS models, asked of itself. */
export async function modelled(): Promise<Modelled> {
  const dataDir = mkdtempSync(join(tmpdir(), 'redrill-docs-'));
  try {
    const { fabric, handlers, s3, lambda, elasticache } = createServices({
      clock: new VirtualClock(0),
      faults: new Faults(),
      dataDir,
      server: NO_SERVER,
      internet: {},
      readings: readingsOf(),
      environmentsPerFunction: 1,
      endpoint: () => ({ url: '', caFile: '' }),
    });
    const operations = Object.fromEntries(
      SERVICES.map((name) => [name, Object.keys(fabric.service(name).operations).sort()]),
    );
    const resourceTypes = handlers
      .map(({ type, properties }) => ({ type, properties: [...properties].sort() }))
      .sort((one, other) => (one.type < other.type ? -1 : 1));
    s3.close();
    await Promise.all([lambda.close(), elasticache.close()]);
    return { operations, resourceTypes };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
