import { describe, expect, test } from 'vitest';
import { type Answers, configOf, problemWith } from '../../../../core/init/answers.ts';
import { configText } from '../../../../core/init/config-text.ts';
import { drillNodeFor } from '../../../../core/init/drill-node.ts';
import { describeCache, type ListedCache } from '../../../../core/init/listed-cache.ts';
import { proposeVaultRegion } from '../../../../core/init/vault-region.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const cacheOf = (id: string, changed: Partial<ListedCache> = {}): ListedCache => ({
  id,
  engine: 'valkey',
  nodeType: 'cache.t4g.medium',
  shards: 1,
  dataTiering: false,
  ...changed,
});

test('the text of a configuration has everything that was answered and found', () => {
  const text = configText({
    answers: {
      source: 'eu-west-1',
      vault: 'eu-central-1',
      emails: ["o'neil@example.com", 'ops@example.com'],
      account: '111122223333',
      vaultAccount: '444455556666',
    },
    chosen: [
      { cache: cacheOf('jobs-eu', { nodeType: 'cache.r7g.xlarge', kmsKey: KEY }), preset: 'jobQueue' },
      { cache: cacheOf('pages', { kmsKey: `${KEY}9` }), preset: 'pureCache' },
      { cache: cacheOf('tokens', { kmsKey: KEY.split('/')[1] ?? '' }), preset: 'sessionStore' },
    ],
    unprotectable: [
      { id: 'archive', because: 'ElastiCache does not export backups of caches with data tiering' },
    ],
  });
  expect(text).toBe(`// @ts-check
import { defineConfig, presets } from 'redrill/config';

/** What is protected, how often, how long it is kept, and who is told. Deploy after a change. */
export default defineConfig({
  account: '111122223333',
  source: {
    region: 'eu-west-1',
    // The keys that the caches below are encrypted with.
    kmsKeys: [
      '${KEY}',
    ],
  },
  vault: { region: 'eu-central-1', account: '444455556666' },
  plans: {
    'pure-cache': presets.pureCache,
    'session-store': presets.sessionStore,
    'job-queue': {
      ...presets.jobQueue,
      // Drills hold the largest of these caches when it is full. If the caches hold less, a smaller node costs less.
      drill: {
        ...presets.jobQueue.drill,
        nodeType: 'cache.r7g.xlarge',
        fallbackNodeTypes: ['cache.r6g.xlarge', 'cache.m6g.4xlarge'],
      },
    },
    'rate-limits': presets.rateLimits,
    'event-log': presets.eventLog,
  },
  // By the id of the replication group, or of the cluster outside a group. A cache that has the tag \`redrill:plan\` with the name of a plan is protected as well.
  // Not protected: archive. ElastiCache does not export backups of caches with data tiering.
  caches: {
    'jobs-eu': 'job-queue',
    pages: 'pure-cache',
    tokens: 'session-store',
  },
  alerts: { emails: ['o\\'neil@example.com', 'ops@example.com'] },
});
`);
});

test('without caches, the configuration has an empty list to add them to', () => {
  const answers = { source: 'eu-west-1', vault: 'eu-central-1', emails: ['a@example.com'] };
  expect(configText({ answers, chosen: [], unprotectable: [] })).toContain('\n  caches: {},\n');
});

describe('the node that drills need', () => {
  test('is that of the preset while it holds a full shard', () => {
    expect(
      drillNodeFor('sessionStore', [cacheOf('a'), cacheOf('b', { nodeType: 'cache.t4g.micro' })]),
    ).toBeUndefined();
    expect(drillNodeFor('eventLog', [cacheOf('a', { nodeType: 'cache.r7g.large' })])).toBeUndefined();
  });

  test('is that of the largest cache, with others of its size', () => {
    const caches = [
      cacheOf('a', { nodeType: 'cache.m7g.large' }),
      cacheOf('b', { nodeType: 'cache.r6g.large' }),
    ];
    expect(drillNodeFor('sessionStore', caches)).toEqual({
      nodeType: 'cache.r6g.large',
      fallbackNodeTypes: ['cache.r7g.large', 'cache.m6g.2xlarge'],
    });
  });

  test('is that of the preset, if the node types are not known or nothing is protected', () => {
    expect(drillNodeFor('sessionStore', [cacheOf('a', { nodeType: 'cache.x9.huge' })])).toBeUndefined();
    expect(drillNodeFor('sessionStore', [])).toBeUndefined();
    expect(drillNodeFor('pureCache', [cacheOf('a', { nodeType: 'cache.r7g.xlarge' })])).toBeUndefined();
  });
});

test('a cache is described by its engine, shards and nodes, as far as they are known', () => {
  expect(describeCache(cacheOf('a'))).toBe('valkey, 1 shard of cache.t4g.medium (3.09 GiB)');
  expect(describeCache(cacheOf('a', { shards: 3, nodeType: 'cache.r5.large' }))).toBe(
    'valkey, 3 shards of cache.r5.large',
  );
  expect(describeCache(cacheOf('a', { engine: undefined, nodeType: undefined }))).toBe(
    'unknown engine, 1 shard',
  );
});

describe('the region that is offered for the vault', () => {
  test.each([
    ['eu-west-1', 'eu-central-1'],
    ['eu-central-1', 'eu-west-1'],
    ['us-east-1', 'us-west-2'],
    ['us-west-2', 'us-east-1'],
    ['ap-northeast-1', 'ap-northeast-3'],
  ])('of %s is %s', (source, vault) => expect(proposeVaultRegion(source)).toBe(vault));

  test.each([['ca-central-1'], ['eu-west-2'], ['ap-southeast-2']])(
    'of %s is none, because it would be in another country',
    (source) => expect(proposeVaultRegion(source)).toBeUndefined(),
  );
});

describe('an answer that the configuration’s own rules refuse', () => {
  const KNOWN: Answers = { source: 'eu-west-1', vault: 'eu-central-1', emails: ['a@example.com'] };

  test.each<[keyof Answers, Answers, string]>([
    ['source', { source: 'west' }, "'west' is not a region; write it as eu-west-1"],
    [
      'vault',
      { ...KNOWN, vault: 'eu-west-1' },
      "'eu-west-1' is the source's region too; choose another, or losing one region loses both",
    ],
    [
      'emails',
      { ...KNOWN, emails: ['a@example.com', 'nobody'] },
      "'nobody' is not an e-mail address; write it as name@example.com",
    ],
    [
      'vaultAccount',
      { ...KNOWN, vaultAccount: '12' },
      "'12' is not an account id; write its 12 digits as a string",
    ],
    [
      'account',
      { ...KNOWN, account: 'mine' },
      "'mine' is not an account id; write its 12 digits as a string",
    ],
  ])('%s', (field, answers, problem) => expect(problemWith(field, answers)).toBe(problem));

  test('of a region in another partition', () => {
    expect(problemWith('source', { source: 'us-gov-west-1' })).toMatch(
      /^'us-gov-west-1' belongs to the partition/,
    );
  });

  test('is told by itself, not by what is wrong with others', () => {
    expect(problemWith('source', { source: 'eu-west-1', vault: 'west' })).toBeUndefined();
    for (const field of ['source', 'vault', 'emails', 'vaultAccount', 'account'] as const)
      expect(problemWith(field, KNOWN)).toBeUndefined();
  });

  test('regions that are not known yet stand in no other’s way', () => {
    for (const region of ['eu-west-1', 'eu-central-1']) {
      expect(problemWith('source', { source: region })).toBeUndefined();
      expect(problemWith('vault', { vault: region })).toBeUndefined();
      expect(configOf({ vault: region }).source.region).not.toBe(region);
    }
  });
});
