import { describe, expect, it } from 'vitest';
import { cacheFindings } from '../../../../core/doctor/cache-findings.ts';
import { concurrencyFinding, nodeTypeFinding } from '../../../../core/doctor/quota-findings.ts';
import type { CacheFacts } from '../../../../core/ports/doctor.ts';

const FACTS: CacheFacts = {
  status: 'available',
  engine: 'valkey',
  engineVersion: '8.0.1',
  nodeType: 'cache.r7g.large',
  clusterMode: false,
  shards: 1,
  dataTiering: false,
  snapshotRetentionDays: 0,
};
const OFFERS = [{ engine: 'valkey', version: '8.0', family: 'valkey8' }];

const found = (facts: Partial<CacheFacts> | undefined, offers = OFFERS) =>
  cacheFindings({
    cache: 'orders',
    facts: facts && { ...FACTS, ...facts },
    sourceRegion: 'eu-west-1',
    vaultRegion: 'eu-central-1',
    kmsKeys: ['arn:k'],
    snapshotsPerDay: 24,
    offers,
  }).map(({ state, id }) => `${state} ${id}`);

describe('a protected cache', () => {
  it.each([
    ['as it should be', {}, ['ok cache']],
    ['that does not exist', undefined, ['problem cache-missing']],
    [
      'that is serverless, and backed up more often than its quota allows',
      { nodeType: 'serverless' },
      ['problem snapshot-quota-exceeded'],
    ],
    ['on t1.micro', { nodeType: 'cache.t1.micro' }, ['problem cache-backup-unsupported']],
    ['that is a node of a group', { refusal: 'x-001 is a node' }, ['problem cache-backup-unsupported']],
    ['with data tiering', { dataTiering: true }, ['problem cache-export-unsupported']],
    [
      'of a version that the vault’s region lacks',
      { engineVersion: '9.0.0' },
      ['problem engine-not-offered'],
    ],
    ['of another engine', { engine: 'redis' }, ['problem engine-not-offered']],
    ['that is being changed', { status: 'modifying' }, ['ok cache', 'advice cache-not-available']],
    ['with a key that is listed', { kmsKey: 'arn:k' }, ['ok cache']],
    ['with a key that is not listed', { kmsKey: 'arn:x' }, ['problem cache-key-not-listed']],
    [
      'with little reserved memory',
      { reservedMemoryPercent: 10 },
      ['ok cache', 'advice reserved-memory-low'],
    ],
    ['with enough reserved memory', { reservedMemoryPercent: 25 }, ['ok cache']],
    ['with automatic snapshots', { snapshotRetentionDays: 7 }, ['ok cache', 'advice automatic-snapshots-on']],
  ] as const)('%s', (_what, facts, expected) => {
    expect(found(facts)).toEqual(expected);
  });

  it('of Redis OSS 6 is drilled on 7.0, so that is what the region must offer', () => {
    const offers = [{ engine: 'redis', version: '7.0', family: 'redis7' }];
    expect(found({ engine: 'redis', engineVersion: '6.2.6' }, offers)).toEqual(['ok cache']);
  });

  it('of an engine that the region offers with a patch level', () => {
    expect(found({}, [{ engine: 'valkey', version: '8.0.1', family: 'valkey8' }])).toEqual(['ok cache']);
  });
});

describe('quotas', () => {
  const place = { half: 'vault', account: '111111111111', region: 'eu-central-1' } as const;

  it.each([
    [9, 'problem'],
    [10, 'ok'],
    [1000, 'ok'],
  ])('%i executions at once with four shards at once: %s', (executions, state) => {
    expect(concurrencyFinding(executions, 4, place).state).toBe(state);
  });

  it('a node type without reservations may not be there, which only a drill shows', () => {
    expect(nodeTypeFinding('cache.r7g.large', true, 'eu-central-1').state).toBe('ok');
    expect(nodeTypeFinding('cache.r7g.large', false, 'eu-central-1').state).toBe('advice');
  });
});
