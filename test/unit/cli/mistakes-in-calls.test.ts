import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { folderWith, REDRILL, redrill } from './run.ts';
import { runHere } from './run-here.ts';

/*
 * Calls that are refused before anything is asked of AWS or a server: the first line names what is wrong, and the second one
 * what to do. Those that ask AWS are in test/servers/cli/mistakes.test.ts.
 */

const PLAN = `{ every: '6h', rpo: '8h', rto: '1h', drill: { schedule: 'weekly', nodeType: 'cache.t4g.medium' } }`;
const CONFIG = `export default { source: { region: 'eu-west-1' }, vault: { region: 'eu-central-1' }, plans: { p: ${PLAN} }, caches: {} };`;
const FILES = {
  'redrill.config.ts': CONFIG,
  'dump.rdb': 'REDIS0011',
  'dump.rdb.gz': gzipSync('REDIS0011'),
  'text.pem': 'not a certificate',
  'broken.ts': 'const a = 1;\nexport defau',
  'throws.ts': "throw new Error('boom');",
  'nothing.ts': 'export const config = 1;',
  'settings.json': '{}',
};
const CACHE = 'redis://127.0.0.1:1';
const RESTORE = 'restore orders --to orders-2';

let cwd: string;

beforeEach(() => {
  cwd = folderWith(FILES);
});

/** Without AWS, credentials or a network. */
const run = (words: readonly string[]) => runHere(words, { cwd, env: { PATH: process.env.PATH } });

const NOT_ENCODED =
  'the user or password in the URL is not percent-encoded (% is %25, / is %2F, ? is %3F, # is %23); encode it, or omit the password and put it unencoded into REDRILL_REDIS_PASSWORD';

/** A command line, its words apart by spaces and '' an empty one; the first line that it prints. */
const CALLS: readonly (readonly [call: string, line: string])[] = [
  ['statsu', "unknown command 'statsu'; did you mean 'status'?"],
  ['backups orders', "unknown command 'backups'; did you mean 'backup'?"],
  ['local statsu', "unknown command 'statsu'"],
  ['status --al', "unknown option '--al'; did you mean '--all'?"],
  ['points orders --jsn', "unknown option '--jsn'; did you mean '--json'?"],
  ['status orders sessions', "'sessions' is one argument too many; redrill status takes only <cache>"],
  [
    'open recovery-point-lsot',
    "there is no runbook 'recovery-point-lsot'; did you mean 'recovery-point-lost'?",
  ],
  ['open sessions', 'no AWS credentials were found'],
  ['plan orders', "'orders' is one argument too many; redrill plan takes no argument"],
  ['show orders latest x', "'x' is one argument too many; redrill show takes only <point> <which>"],
  ['local advance 1h 2h', "'2h' is one argument too many; redrill local advance takes only <duration>"],
  ['points', 'the argument <cache> is missing'],
  ['show', 'the argument <point> is missing'],
  ['verify', 'the argument <file|point> is missing'],
  ['compare dump.rdb', 'the argument <url|cache> is missing'],
  ['local region off', 'the argument <region> is missing'],
  ['points orders --before', "the option '--before <time>' needs a value"],
  ['recover dump.rdb', "the option '--into <url|cache>' is required"],
  ['restore orders', "the option '--to <id>' is required"],
  ['accept orders/latest', "the option '--why <reason>' is required"],
  ["hold orders/latest --why ''", "--why '' is empty; give the reason, which is recorded"],
  ["forget orders --why ''", "--why '' is empty; give the reason, which is recorded"],
  ['forget orders', "give either --why '<reason>' or --undo"],
  ['release orders --lineage 20261121T061502Z --apply', "--apply needs --why '<reason>'"],
  [
    `recover dump.rdb --into ${CACHE} --mode mising`,
    "--mode 'mising' is not one of missing, overwrite, report",
  ],
  [`recover dump.rdb --into ${CACHE} --rate 0`, "--rate '0' is not a number above 0; write for example 2.5"],
  [
    `recover dump.rdb --into ${CACHE} --patience -1`,
    "--patience '-1' is not a number above 0; write for example 2.5",
  ],
  [
    `recover dump.rdb --into ${CACHE} --type strng`,
    "--type 'strng' is not a key type; did you mean 'string'?",
  ],
  [
    `recover dump.rdb --into ${CACHE} --db x`,
    "--db 'x' is not a database number; give 0 to 15, for example --db 0,3",
  ],
  [
    `recover dump.rdb --into ${CACHE}/x`,
    "'x' is not a database number; give 0 to 15, as in redis://host:6379/0",
  ],
  [
    'recover dump.rdb --into 127.0.0.1:6379',
    "'127.0.0.1:6379' is not a cache; write redis://host:6379, rediss://user@host:6379/0 (with TLS), or the id of a cache",
  ],
  ['recover dump.rdb --into orders --region west', "--region 'west' is not a region; write it as eu-west-1"],
  [
    `recover orders latest --into ${CACHE}`,
    "expected <point|file>, found 'orders' 'latest'; a recovery point is one word here: orders/latest",
  ],
  [
    `recover dump.rdb other.rdb --into ${CACHE}`,
    "expected <point|file>, found 'dump.rdb' 'other.rdb'; one file is taken at a time",
  ],
  [
    `recover - --into ${CACHE}`,
    'standard input cannot be used here, because the file is read more than once; save it to a file first',
  ],
  [
    `recover dump.rdb.gz --into ${CACHE}`,
    'dump.rdb.gz is not an RDB file: it looks like gzip data; unpack it first: gunzip -c dump.rdb.gz > dump.rdb',
  ],
  [
    'compare dump.rdb rediss://127.0.0.1:1 --ca text.pem',
    '--ca text.pem holds no certificate; give a PEM file, which has a line -----BEGIN CERTIFICATE-----',
  ],
  [
    'compare dump.rdb rediss://127.0.0.1:1 --ca nowhere.pem',
    '--ca nowhere.pem cannot be read: there is no such file',
  ],
  [`compare dump.rdb ${CACHE}/5`, 'redrill compare reads every database; omit /5'],
  ['compare dump.rdb redis://u:pass/word@h', NOT_ENCODED],
  ['verify nowhere.rdb', 'nowhere.rdb cannot be read: there is no such file'],
  ["verify ''", "'' cannot be read: there is no such file"],
  ['verify .', '. is a directory'],
  [
    'verify dump.rdb.gz',
    'dump.rdb.gz is not an RDB file: it looks like gzip data; unpack it on the way: gunzip -c dump.rdb.gz | npx redrill verify -',
  ],
  ['verify s3://bucket', "'s3://bucket' has no object key; write s3://bucket/key"],
  [`${RESTORE} --node-type m5`, "--node-type 'm5' is not a node type; write it as cache.r7g.large"],
  [`${RESTORE} --replicas 9`, "--replicas '9' is not a number of replicas; give 0 to 5 per shard"],
  [`${RESTORE} --engine mysql`, "--engine 'mysql' is not one of redis, valkey"],
  [`${RESTORE} --cluster-mode maybe`, "--cluster-mode 'maybe' is not one of on, off"],
  [`${RESTORE} --region west`, "--region 'west' is not a region; write it as eu-west-1"],
  [`${RESTORE} --plan --apply`, '--plan and --apply exclude each other'],
  [
    `${RESTORE} --auth-token-from hunter2`,
    '--auth-token-from takes env:<NAME>, ssm:<parameter> or stdin, but was given something else; do not pass the secret itself',
  ],
  ['cutover /shop/redis', 'give either --to or --back'],
  ["cutover '' --to orders", "'' is not a pointer; give an SSM parameter, such as /shop/redis"],
  ['plan --gb 0', "--gb '0' is not a number above 0; write for example 2.5"],
  [
    'plan --config nothing.ts',
    `<folder>/nothing.ts has no default export; write: export default defineConfig({ … })`,
  ],
  [
    'recover dump.rdb --into redis://127.0.0.1:1',
    '127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
  ],
  ['plan --config throws.ts', '<folder>/throws.ts cannot be loaded: boom'],
  [
    'plan --config settings.json',
    '<folder>/settings.json is not a configuration; give a .ts, .mts, .js or .mjs file, such as redrill.config.ts',
  ],
  ['status --config nowhere.ts', 'there is no file <folder>/nowhere.ts'],
  ['local up --pace 0', "--pace '0' is not a pace; give a whole number from 1 to 9999"],
  ['deploy orders', "'orders' is one argument too many; redrill deploy takes no argument"],
  [
    'template --source eu-west-1',
    '--vault is missing; give the regions of both, as in --source eu-west-1 --vault eu-central-1',
  ],
  [
    'template --source eu-west-1 --vault eu-central-1 --config redrill.config.ts',
    '--source does not go with --config, which names the regions; omit one of the two',
  ],
  ['template --source west --vault eu-west-1', "--source: 'west' is not a region; write it as eu-west-1"],
  [
    'template --source eu-west-1 --vault eu-west-1',
    "--vault: 'eu-west-1' is the source's region too; choose another, or losing one region loses both",
  ],
  ['template --out redrill.config.ts', "--out: 'redrill.config.ts' is a file; name a new folder"],
  ['template --out .', "--out: the folder '.' is not empty; delete it, or name another one"],
  ['local up --port 99999', "--port '99999' is not a port; give 1 to 65535"],
  ['local up --keys many', "--keys 'many' is not a whole number"],
  ['local advance 5', "'5' is not a duration; write 30s, 15m, 6h or 30d"],
  ['local alerts x', "<number> 'x' is not a whole number"],
  ['local region of eu-west-1', "<state> 'of' is not one of on, off"],
  ['local region off eu', "<region> 'eu' is not a region; write it as eu-west-1"],
];

const wordsOf = (call: string) => call.split(' ').map((word) => (word === "''" ? '' : word));

describe('a call that is refused says in its first line what is wrong, and in its second what to do', () => {
  test.each(CALLS)('redrill %s', async (call, line) => {
    const { status, stdout, stderr } = await run(wordsOf(call));
    const [first, second, ...more] = stderr.replaceAll(cwd, '<folder>').split('\n');
    expect(first).toBe(line);
    expect(second).toMatch(/^[A-Z].{10}/);
    expect({ status, stdout, more }).toEqual({ status: 2, stdout: '', more: [''] });
  });
});

test('a file that is not sound is a finding, and no mistake of the call', async () => {
  expect((await run(['verify', 'dump.rdb'])).status).toBe(1);
});

test('a syntax error in the configuration is named with its line, where Node says which', async () => {
  // In a process of its own: here the test runner reads TypeScript.
  const { stderr } = await redrill(['plan', '--config', 'broken.ts'], { cwd });
  expect(stderr).toMatch(/broken\.ts cannot be loaded: Expected '\{', got 'ident' \(line 2\)\n/);
});

describe('AWS that is not reached', () => {
  const KEYS = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' };
  const CALLS: readonly (readonly string[])[] = [
    ['status'],
    ['cutover', '/shop/redis', '--to', 'orders'],
    ['verify', 's3://bucket/key'],
  ];

  test.each(CALLS)('%s: nothing answers at AWS_ENDPOINT_URL', async (...words) => {
    const env = { PATH: process.env.PATH, ...KEYS, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const { status, stderr } = await runHere(words, { cwd, env });
    expect(stderr.split('\n')).toEqual([
      'nothing answers at http://127.0.0.1:1, which AWS_ENDPOINT_URL names; unset it to use AWS itself',
      'Start it with: npx redrill local up',
      '',
    ]);
    expect(status).toBe(2);
  });

  test.each(CALLS)('%s: AWS_ENDPOINT_URL is not a URL', async (...words) => {
    const env = { PATH: process.env.PATH, ...KEYS, AWS_ENDPOINT_URL: 'nonsense' };
    const { status, stderr } = await runHere(words, { cwd, env });
    expect(stderr).toMatch(
      /^AWS_ENDPOINT_URL 'nonsense' is not a URL; write http:\/\/host:port, or unset it/,
    );
    expect(status).toBe(2);
  });

  test.each(CALLS)('%s: there are no credentials', async (...words) => {
    const none = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    const env = {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-west-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...none,
    };
    const { status, stderr } = await runHere(words, { cwd, env });
    expect(stderr).toMatch(/^(?:s3:\/\/bucket\/key: )?no AWS credentials were found[;\n]/);
    expect(status).toBe(2);
  });
});

test.skipIf(!existsSync('/dev/full'))(
  'output that cannot be written is no finding, and no stack trace',
  () => {
    const full = openSync('/dev/full', 'w');
    try {
      const stdio = ['ignore', full, 'pipe'] as const;
      const ran = spawnSync(process.execPath, [REDRILL, '--version'], {
        cwd,
        stdio: [...stdio],
        encoding: 'utf8',
      });
      expect(ran.stderr.split('\n')).toEqual([
        'the output cannot be written: ENOSPC: no space left on device, write',
        'Make room, or write it elsewhere: what was written is not complete.',
        '',
      ]);
      expect(ran.status).toBe(2);
    } finally {
      closeSync(full);
    }
  },
);

test('--json changes nothing about a call that is refused', async () => {
  const { status, stdout, stderr } = await run(['verify', '--json', 'nowhere.rdb']);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^nowhere\.rdb cannot be read/);
});

test('what a refused call names of a URL is without its password', async () => {
  const { stderr } = await run(['status', 'orders', 'redis://user:hunter2@cache:6379']);
  expect(stderr).toContain("'redis://user@cache:6379' is one argument too many");
  expect(stderr).not.toContain('hunter2');
});

test.each([[[]], [['local']]])('no command at all, %j, shows what there is', async (words) => {
  const { status, stdout, stderr } = await run(words);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^Usage: redrill/);
});

test('a configuration that TypeScript compiled to CommonJS is read', async () => {
  const compiled = CONFIG.replace('export default', 'exports.default =');
  const folder = folderWith({
    'redrill.config.js': `Object.defineProperty(exports, '__esModule', { value: true });\n${compiled}`,
  });
  const { status, stderr } = await redrill(['plan', '--json'], { cwd: folder });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
