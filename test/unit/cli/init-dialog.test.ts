import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { askAccount, askAnswers } from '../../../cli/init/ask-answers.ts';
import { choosePresets, presetsGiven } from '../../../cli/init/choose-presets.ts';
import { runDemo } from '../../../cli/init/demo.ts';
import { Questions } from '../../../cli/terminal/questions.ts';
import type { ListedCache } from '../../../core/init/listed-cache.ts';

/*
 * The questions of `redrill init`, typed ahead. The command as a process, in a terminal, is in test/servers/cli/init.test.ts.
 */

const NOTHING_GIVEN = { cache: [] } as const;
const GIVEN = {
  source: 'eu-west-1',
  vault: 'eu-central-1',
  email: 'a@example.com',
  vaultAccount: 'same',
  cache: [],
} as const;

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A terminal where somebody has typed these lines already, and what it shows. */
function typing(...lines: readonly string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const questions = new Questions({ input, output });
  input.end(lines.map((line) => `${line}\n`).join(''));
  return { questions, shown: () => String(output.read() ?? '') };
}

describe('the four questions', () => {
  test('offer defaults, which Enter accepts', async () => {
    const { questions, shown } = typing('', '', 'a@example.com', '');
    expect(await askAnswers(NOTHING_GIVEN, questions)).toEqual({
      source: 'eu-west-1',
      vault: 'eu-central-1',
      emails: ['a@example.com'],
      vaultAccount: undefined,
    });
    expect(shown()).toContain('Region of the vault, which keeps the copies [eu-central-1]: ');
  });

  test('are asked again after an answer that is wrong, which says why', async () => {
    const { questions, shown } = typing(
      'west',
      'us-east-1',
      'us-east-1',
      'us-west-2',
      '',
      'nobody',
      'a@example.com, b@example.com',
      '12',
      '444455556666',
    );
    expect(await askAnswers(NOTHING_GIVEN, questions)).toEqual({
      source: 'us-east-1',
      vault: 'us-west-2',
      emails: ['a@example.com', 'b@example.com'],
      vaultAccount: '444455556666',
    });
    const text = shown();
    expect(text).toContain("  'west' is not a region; write it as eu-west-1\n");
    expect(text).toContain("  'us-east-1' is the source's region too; choose another");
    expect(text).toContain("  'nobody' is not an e-mail address");
    expect(text).toContain("  '12' is not an account id");
  });

  test('are not asked if options answer them', async () => {
    expect(await askAnswers(GIVEN, undefined)).toMatchObject({ source: 'eu-west-1', vault: 'eu-central-1' });
  });

  test('are refused if the input ends before', async () => {
    const { questions } = typing('');
    await expect(askAnswers(NOTHING_GIVEN, questions)).rejects.toThrow(
      'the input ended before every question was answered; nothing was written',
    );
  });

  test('offer no default that the rules refuse', async () => {
    vi.stubEnv('AWS_REGION', 'us-gov-west-1');
    await expect(askAnswers({ ...GIVEN, source: undefined, yes: true } as never, undefined)).rejects.toThrow(
      'add --source <region>',
    );
  });
});

describe('the account of the caches', () => {
  const TWO = { source: 'eu-west-1', vault: 'eu-central-1', vaultAccount: '444455556666' };
  const OWN = '111122223333';

  test('is that of the credentials', async () => {
    expect(await askAccount(TWO, { questions: undefined, signedIn: OWN })).toEqual({ ...TWO, account: OWN });
  });

  test('is asked if these are the vault’s, and the same account is no second one', async () => {
    const { questions } = typing(OWN);
    expect(await askAccount(TWO, { questions, signedIn: TWO.vaultAccount })).toMatchObject({ account: OWN });
    const same = typing(TWO.vaultAccount);
    expect(await askAccount(TWO, { questions: same.questions, signedIn: undefined })).toEqual({
      source: 'eu-west-1',
      vault: 'eu-central-1',
    });
  });

  test('is required as an option without a terminal', async () => {
    await expect(askAccount(TWO, { questions: undefined, signedIn: undefined })).rejects.toThrow(
      'there is no terminal to ask on; add --account <id>',
    );
  });

  test('is not needed for one account', async () => {
    const one = { source: 'eu-west-1', vault: 'eu-central-1' };
    expect(await askAccount(one, { questions: undefined, signedIn: undefined })).toEqual(one);
  });
});

describe('the presets of the caches', () => {
  const cacheOf = (id: string, changed: Partial<ListedCache> = {}): ListedCache => ({
    id,
    engine: 'valkey',
    nodeType: 'cache.t4g.medium',
    shards: 1,
    dataTiering: false,
    ...changed,
  });
  const LISTED = [
    cacheOf('archive', { dataTiering: true }),
    cacheOf('jobs'),
    cacheOf('pages'),
    cacheOf('redrill-drill-jobs-202611210600'),
    cacheOf('sessions'),
  ];
  const base = {
    listed: LISTED,
    given: new Map(),
    region: 'eu-west-1',
    questions: undefined,
    yes: false,
  } as const;
  const shortOf = ({ chosen }: Awaited<ReturnType<typeof choosePresets>>) =>
    Object.fromEntries(chosen.map(({ cache, preset }) => [cache.id, preset]));

  test('are one line each, which Enter accepts or a preset changes', async () => {
    const { questions, shown } = typing('', 'nothing', 'pure', '');
    const choice = await choosePresets({ ...base, questions });
    expect(shortOf(choice)).toEqual({ jobs: 'jobQueue', pages: 'pureCache', sessions: 'sessionStore' });
    const text = shown();
    expect(text).toContain(
      '  jobs: valkey, 1 shard of cache.t4g.medium (3.09 GiB); its id says job [jobQueue]: ',
    );
    expect(text).toContain("  'nothing' is not one of pureCache, sessionStore");
  });

  test('name what cannot be protected, with the reason, and leave out clusters of drills', async () => {
    const choice = await choosePresets({ ...base, yes: true });
    expect(choice.unprotectable).toEqual([
      { id: 'archive', because: 'ElastiCache does not export backups of caches with data tiering' },
    ]);
    expect(shortOf(choice)).toEqual({ jobs: 'jobQueue', pages: 'sessionStore', sessions: 'sessionStore' });
  });

  test('can be given, also of caches that could not be read', async () => {
    const given = presetsGiven(['sessions=event-log', 'jobs=jobQueue']);
    expect(shortOf(await choosePresets({ ...base, listed: undefined, given }))).toEqual({
      jobs: 'jobQueue',
      sessions: 'eventLog',
    });
  });

  test('without a terminal, the refusal names the options', async () => {
    const given = presetsGiven(['sessions=event-log']);
    await expect(choosePresets({ ...base, given })).rejects.toThrow(
      'there is no terminal to ask on; add --yes for the proposed presets, or name them: --cache jobs=jobQueue --cache pages=sessionStore',
    );
  });

  test.each([
    ['sesions=session', "--cache: there is no cache 'sesions' in eu-west-1; did you mean 'sessions'?"],
    [
      'archive=event',
      '--cache: archive cannot be protected: ElastiCache does not export backups of caches with data',
    ],
  ])('--cache %s is refused', async (text, message) => {
    await expect(choosePresets({ ...base, yes: true, given: presetsGiven([text]) })).rejects.toThrow(message);
  });

  test.each([['orders'], ['orders=weekly'], ['Orders=event'], ['=event'], ['orders=']])(
    '--cache %s is not a cache and its preset',
    (text) => {
      expect(() => presetsGiven([text])).toThrow(
        `--cache '${text}' is not a cache and its preset; write it as`,
      );
    },
  );
});

test('the demo is refused without the package that it runs on, with the command that installs it', async () => {
  const missing = () => {
    throw new Error('Cannot find package');
  };
  await expect(runDemo(missing)).rejects.toThrow(
    'the package @redrill/local-aws, which the demo runs on, is not installed; install it with: npm install --save-dev @redrill/local-aws',
  );
});
