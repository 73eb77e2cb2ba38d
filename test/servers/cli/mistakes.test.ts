import { beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { folderWith, redrill } from '../../unit/cli/run.ts';
import { redrillHere } from '../../unit/cli/run-here.ts';
import { at, BUCKET, configText, type VaultFixture, vaultFixture } from './vault-fixture.ts';

/*
 * Whoever mistypes something is told so in one line, with what would have been right, and nothing is done. Every command is
 * shown to ask where a mistake is noticed, with one mistake of the kind; the others of the kind are made with `show`.
 */

const SLOT = '20261121T060000Z';
const ABSENT = '20261121T050000Z';
const WHY = ['--why', 'x'] as const;
const TARGET = 'redis://127.0.0.1:1';

type Words = readonly string[];

/** Commands that take a cache. */
const OF_A_CACHE: Readonly<Record<string, (cache: string) => Words>> = {
  status: (cache) => ['status', cache],
  points: (cache) => ['points', cache],
  drill: (cache) => ['drill', cache],
  forget: (cache) => ['forget', cache, ...WHY],
};

/** Commands that take a recovery point, in one word. */
const OF_A_POINT: Readonly<Record<string, (cache: string, which: string) => Words>> = {
  show: (cache, which) => ['show', `${cache}/${which}`],
  'show, in two words': (cache, which) => ['show', cache, which],
  accept: (cache, which) => ['accept', `${cache}/${which}`, ...WHY],
  hold: (cache, which) => ['hold', cache, which, ...WHY],
  'drill --choose': (cache, which) => ['drill', cache, '--choose', which],
  restore: (cache, which) => ['restore', `${cache}/${which}`, '--to', 'sessions-2'],
  recover: (cache, which) => ['recover', `${cache}/${which}`, '--into', TARGET],
  verify: (cache, which) => ['verify', `${cache}/${which}`],
  compare: (cache, which) => ['compare', `${cache}/${which}`, TARGET],
};

const ANY: readonly (readonly [string, Words])[] = [
  ...Object.entries(OF_A_CACHE).map(([name, words]) => [name, words('sessions')] as const),
  ...Object.entries(OF_A_POINT).map(([name, words]) => [name, words('sessions', SLOT)] as const),
  ['unhold', ['unhold', `sessions/${SLOT}`]],
];

async function vaultWithTwoPoints(): Promise<VaultFixture> {
  const vault = await vaultFixture('2026-11-21T12:30:00Z');
  await vault.enter({ slot: at('20261121T000000Z'), tier: 'daily' });
  await vault.enter({ slot: at(SLOT), tier: 'hourly' });
  return vault;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The line, a second one with what to do, nothing else, and the exit status of what was not done. */
function expectRefused({ status, stdout, stderr }: Ended, line: string): void {
  expect(stderr.split('\n')[0]).toContain(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
}

test('an unknown cache is refused with the nearest name', async () => {
  const vault = await vaultWithTwoPoints();
  const all = [
    ...Object.values(OF_A_CACHE).map((words) => words('sesions')),
    ...Object.values(OF_A_POINT).map((words) => words('sesions', SLOT)),
    ['unhold', `sesions/${SLOT}`],
  ];
  for (const words of all)
    expectRefused(
      await vault.redrill(...words),
      "the vault knows no cache 'sesions'; did you mean 'sessions'?",
    );
});

test('an unknown point is refused with the nearest ones', async () => {
  const vault = await vaultWithTwoPoints();
  const line = `there is no recovery point of sessions of 2026-11-21 05:00 UTC; the nearest: sessions/${SLOT}, sessions/20261121T000000Z`;
  for (const words of Object.values(OF_A_POINT))
    expectRefused(await vault.redrill(...words('sessions', ABSENT)), line);
  expectRefused(await vault.redrill('unhold', `sessions/${SLOT}`), 'no recovery point of sessions is');
});

test('a time with no copy before it is refused with the oldest copy', async () => {
  const vault = await vaultWithTwoPoints();
  const line =
    'no verified recovery point of sessions was taken at or before 2026-11-20 23:00 UTC; the oldest is sessions/20261121T000000Z';
  expectRefused(await vault.redrill('show', 'sessions/2026-11-20T23:00Z'), line);
  expectRefused(
    await vault.redrill('points', 'sessions', '--before', '2026-11-20T23:00Z'),
    'there is no recovery point of sessions before 2026-11-20T23:00Z in the vault; the oldest is of 2026-11-21T00:00Z',
  );
});

test('what is not a point, slot or time is refused with the correct form', async () => {
  const vault = await vaultWithTwoPoints();
  const line =
    "'yesterday' is not a recovery point of sessions; write latest, a slot such as 20261121T060000Z, or a time";
  expectRefused(await vault.redrill('show', 'sessions/yesterday'), line);
});

describe('without credentials', () => {
  test.each(ANY)('%s says so', async (_, words) => {
    const { env, folder } = await vaultFixture('2026-11-21T12:30:00Z');
    const { AWS_ACCESS_KEY_ID: _key, ...without } = env;
    expectRefused(await redrillHere(words, { env: without, cwd: folder }), 'no AWS credentials were found');
  });

  test('that AWS takes, it says which refusal it was', async () => {
    const { env, folder } = await vaultFixture('2026-11-21T12:30:00Z');
    const ran = await redrillHere(['status'], {
      env: { ...env, AWS_ACCESS_KEY_ID: 'AKIASOMEONEELSES' },
      cwd: folder,
    });
    expectRefused(ran, 'AWS rejects the credentials: ');
  });
});

test('a region without a vault is refused with the region that has one', async () => {
  const { env } = await vaultFixture('2026-11-21T12:30:00Z');
  const cwd = folderWith({ 'redrill.config.ts': configText({}, 'eu-north-1') });
  const line =
    'there is no vault redrill-vault-111122223333-eu-north-1-an; account 111122223333 has one in eu-central-1';
  expectRefused(await redrillHere(['show', 'sessions/latest'], { env, cwd }), line);
});

describe('a wrong URL', () => {
  let ran: (...words: Words) => Promise<Ended>;

  beforeAll(() => {
    ran = async (...words) => redrillHere(words, { cwd: folderWith({ 'redrill.config.ts': configText() }) });
  });

  test.each([
    [['verify', 's3://bucket'], "'s3://bucket' has no object key; write s3://bucket/key"],
    [['recover', 'nowhere.rdb', '--into', 'http://cache:6379'], 'http://cache:6379'],
    [['compare', 'nowhere.rdb', 'rediss:/cache'], 'rediss:/cache'],
  ])('%j is told as it was typed', async (words, line) => {
    expectRefused(await ran(...words), line);
  });
});

describe('a configuration that is not there', () => {
  test.each([['show', 'sessions/latest'], ['plan'], ['backup', 'sessions']])(
    '%s names by its folder',
    async (...words) => {
      const cwd = folderWith({});
      expectRefused(
        await redrillHere(words, { cwd }),
        `${cwd} has no configuration: redrill.config.ts, .mts, .mjs or .js`,
      );
    },
  );

  test('says how to name another, and how to write one', async () => {
    const { stderr } = await redrillHere(['status'], { cwd: folderWith({}) });
    expect(stderr).toContain('--config');
    expect(stderr).toContain('npx redrill init');
  });
});

test.each([
  ['of a syntax error', 'export defau', ''],
  ['of a missing module', "import './nowhere.ts'; export default {};", 'nowhere.ts'],
])(
  'a configuration that cannot be loaded because %s is named, with the reason',
  async (_, content, reason) => {
    const cwd = folderWith({ 'redrill.config.ts': content });
    const ran = await redrill(['plan'], { cwd });
    expectRefused(ran, `${cwd}/redrill.config.ts cannot be loaded: `);
    expect(ran.stderr).toContain(reason);
  },
);

test('a configured cache without a copy is refused with the command that backs it up', async () => {
  const vault = await vaultFixture('2026-11-21T12:30:00Z', { sessions: 'sessions' });
  for (const words of [
    ['points', 'sessions'],
    ['show', 'sessions', 'latest'],
    ['drill', 'sessions'],
  ])
    expectRefused(
      await vault.redrill(...words),
      'the vault has nothing of sessions yet; to back it up now: npx redrill backup sessions',
    );
});

test('an endpoint that does not answer is reported with the variable that names it', async () => {
  const { env, folder } = await vaultFixture('2026-11-21T12:30:00Z');
  const ran = await redrillHere(['status'], {
    env: { ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    cwd: folder,
  });
  expectRefused(ran, 'nothing answers at http://127.0.0.1:1, which AWS_ENDPOINT_URL names');
});

test('a point that is already verified is refused without advice to use an older one', async () => {
  const vault = await vaultWithTwoPoints();
  const ran = await vault.redrill('accept', `sessions/${SLOT}`, ...WHY);
  expectRefused(ran, 'is verified; there is nothing to accept');
  expect(ran.stderr).toContain('Nothing was changed.');
});

test('the version is that of the package', async () => {
  const { stdout, status } = await redrillHere(['--version']);
  expect({ stdout, status }).toEqual({ stdout: `${manifest.version}\n`, status: 0 });
});

test('the vault of the tests is the one that the configuration leads to', () => {
  expect(BUCKET).toBe('redrill-vault-111122223333-eu-central-1-an');
});
