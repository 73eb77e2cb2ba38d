import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { loadConfig } from '../../adapters/files/config-file.ts';
import { accountsOf } from '../../lib/config.ts';
import { bundleLambdas } from '../../lib/lambda/bundle.ts';
import { demoConfig } from './configurations.ts';

const folder = mkdtempSync(join(tmpdir(), 'redrill-bundle-'));
const PROJECT = join(import.meta.dirname, '../..');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lambdas(): string {
  const at = mkdtempSync(join(folder, 'lambdas-'));
  writeFileSync(
    join(at, 'greet-world.ts'),
    "import { join } from 'node:path';\nexport const handler = async (name: string) => join('hello', name);\n",
  );
  writeFileSync(
    join(at, 'use-require.ts'),
    "const zlib = require('node:zlib');\nexport const handler = async () => typeof zlib.gzipSync;\n",
  );
  writeFileSync(
    join(at, 'call-aws.ts'),
    `import { s3Client } from '${join(PROJECT, 'adapters/aws/s3-client.ts')}';
export const handler = () => s3Client({ region: 'eu-west-1' }).config.credentials();
`,
  );
  writeFileSync(
    join(at, 'parse-with-zod.ts'),
    `import { tick } from '${join(PROJECT, 'core/contracts/steps.ts')}';
import * as z from '${join(PROJECT, 'node_modules/zod/index.js')}';
export const handler = () => ({ parsed: tick.safeParse({}).success, config: z.config() });
`,
  );
  return at;
}

afterEach(() => {
  vi.unstubAllEnvs();
  // zod's configuration belongs to the process, and a bundle has set it.
  z.config({ jitless: false });
});

describe('bundleLambdas', () => {
  it('makes one module per Lambda that runs by itself', async () => {
    const bundles = bundleLambdas({ lambdas: lambdas(), out: join(folder, 'out') });
    const greet = bundles.folder('greet-world');
    const { handler } = await import(pathToFileURL(join(greet, 'index.mjs')).href);
    expect(await handler('world')).toBe(join('hello', 'world'));
  });

  it('gives CommonJS dependencies their require', async () => {
    const bundles = bundleLambdas({ lambdas: lambdas(), out: join(folder, 'out-cjs') });
    const { handler } = await import(pathToFileURL(join(bundles.folder('use-require'), 'index.mjs')).href);
    expect(await handler()).toBe('function');
  });

  it('gives the SDK the credentials of the environment, and no other way to any', async () => {
    const bundles = bundleLambdas({ lambdas: lambdas(), out: join(folder, 'out-aws') });
    const file = join(bundles.folder('call-aws'), 'index.mjs');
    const { handler } = await import(pathToFileURL(file).href);
    vi.stubEnv('AWS_PROFILE', 'somebody');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    await expect(handler()).rejects.toThrow('the environment of this Lambda has no credentials of its role');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    expect(await handler()).toMatchObject({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
    expect(readFileSync(file, 'utf8')).not.toContain('sso_session');
  });

  it('parses without compiling schemas', async () => {
    const bundles = bundleLambdas({ lambdas: lambdas(), out: join(folder, 'out-zod') });
    const { handler } = await import(pathToFileURL(join(bundles.folder('parse-with-zod'), 'index.mjs')).href);
    expect(handler()).toMatchObject({ parsed: true, config: { jitless: true } });
  });

  it('makes the same bytes of the same sources', () => {
    const from = lambdas();
    const [one, other] = ['one', 'other'].map((out) =>
      bundleLambdas({ lambdas: from, out: join(folder, out) }),
    );
    const bytes = (bundles: typeof one) =>
      readFileSync(join(bundles?.folder('greet-world') ?? '', 'index.mjs'));
    expect(bytes(one)).toEqual(bytes(other));
  });

  it('names the file that a missing Lambda should be in', () => {
    const bundles = bundleLambdas({
      lambdas: lambdas(),
      out: join(folder, 'out-missing'),
    });
    expect(() => bundles.folder('copy-moon')).toThrow(
      /there is no Lambda 'copy-moon' in .*; write lambdas\/copy-moon\.ts/,
    );
  });
});

describe('loadConfig', () => {
  it('reads the default export of a file', async () => {
    expect(await loadConfig('redrill.config.ts')).toEqual(demoConfig);
  });

  it('lists what is wrong, with the name of the file', async () => {
    const file = join(folder, 'broken.config.ts');
    writeFileSync(
      file,
      "export default { source: { region: 'eu-west-1' }, vault: { region: 'eu-west-1' }, plans: {} };\n",
    );
    await expect(loadConfig(file)).rejects.toThrow(/broken\.config\.ts cannot be used:\n.*vault\.region/);
  });
});

describe('accountsOf', () => {
  it('takes the configured account before the deployer’s, for both halves', () => {
    const configured = { ...demoConfig, account: '111111111111' };
    expect(accountsOf(configured, '222222222222')).toEqual({ source: '111111111111', vault: '111111111111' });
    expect(accountsOf(demoConfig, '222222222222')).toEqual({ source: '222222222222', vault: '222222222222' });
    expect(accountsOf(demoConfig, undefined)).toEqual({ source: undefined, vault: undefined });
  });
});
