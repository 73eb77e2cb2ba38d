import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../core/contracts/config.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { NODE_TYPES } from '../../core/model/node-types.ts';
import { redrillApp } from '../../lib/app.ts';
import { LONGEST_REFERENCE, type Measured, measured } from '../../lib/size-limits.ts';
import { all } from '../../lib/watch/deployed-names.ts';

/*
 * Whether what is deployed stays below the sizes that AWS takes, with everything in the configuration that makes it larger:
 * forty caches on forty plans, two accounts, every option, names as long as they may be.
 */

const [SOURCE, VAULT] = ['ap-southeast-2', 'ap-northeast-1'];
const [ACCOUNT, VAULT_ACCOUNT] = ['111122223333', '444455556666'];
const CACHES = 40;

const numbered = (count: number, text: (number: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at + 1));
/** A name of this many characters that ends with its number. */
const longName = (length: number) => (number: number) =>
  `${'n'.repeat(length - 4)}-${String(number).padStart(3, '0')}`;
/** The longest id that a key has is that of a multi-Region one. */
const keyArn = (number: number) =>
  `arn:aws:kms:${SOURCE}:${ACCOUNT}:key/mrk-${String(number).padStart(32, '0')}`;

const planNames = numbered(CACHES, longName(32));
const types = NODE_TYPES;
const planOf = (at: number): ConfigInput['plans'][string] => ({
  every: '6h',
  rpo: '8h',
  rto: '1h',
  drill: {
    schedule: 'daily',
    nodeType: types[at % types.length] ?? '',
    fallbackNodeTypes: types.slice(-5),
  },
});

const LARGE: ConfigInput = {
  account: ACCOUNT,
  source: { region: SOURCE, kmsKeys: numbered(40, keyArn) },
  vault: {
    region: VAULT,
    account: VAULT_ACCOUNT,
    lock: { mode: 'compliance', days: 1, tiers: { daily: 7, weekly: 28, monthly: 90 } },
    drillZones: ['a', 'b', 'c', 'd'].map((zone) => `${VAULT}${zone}`),
    shardsAtOnce: 40,
  },
  plans: Object.fromEntries(planNames.map((name, at) => [name, planOf(at)])),
  caches: Object.fromEntries(numbered(CACHES, longName(40)).map((id, at) => [id, planNames[at] ?? ''])),
  alerts: {
    emails: numbered(20, (number) => `on-call-${number}@example.com`),
    chat: true,
    runbookBaseUrl: 'https://wiki.example.com/redrill/runbooks',
    canary: { schedule: 'daily', switchEmail: 'switch@example.com' },
  },
  heartbeat: { parameter: `/redrill/${'p'.repeat(1_000)}`, convention: 'healthchecks' },
};

let code: string;
beforeAll(() => {
  code = mkdtempSync(join(tmpdir(), 'redrill-size-'));
  writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => undefined;\n');
});
afterAll(() => rmSync(code, { recursive: true, force: true }));

const stacksOf = (config: ConfigInput) =>
  redrillApp({ config: parseConfig(config), lambdas: { folder: () => code }, checked: false })
    .node.findAll()
    .filter((each) => each instanceof Stack);

describe('with everything in the configuration that makes it larger', () => {
  let stacks: readonly Stack[];
  let sizes: readonly Measured[];
  beforeAll(() => {
    stacks = stacksOf(LARGE);
    sizes = stacks.flatMap(measured);
  });

  it('every document that AWS limits is measured', () => {
    const kinds = new Map(sizes.map(({ what }) => [what, sizes.filter((each) => each.what === what).length]));
    expect(Object.fromEntries(kinds)).toEqual({
      'bucket policy': 5,
      'key policy': 3,
      'sum of inline policies': expect.any(Number),
      'trust policy': expect.any(Number),
      'topic policy': 4,
      'queue policy': 2,
      'endpoint policy': 1,
      'Lambda environment': expect.any(Number),
      'lifecycle configuration': 5,
      'workflow definition': 3,
    });
    expect(kinds.get('sum of inline policies')).toBe(kinds.get('trust policy'));
    expect(sizes.filter(({ size }) => size < 1)).toEqual([]);
  });

  it.each([
    'bucket policy',
    'key policy',
    'sum of inline policies',
    'trust policy',
    'topic policy',
    'queue policy',
    'endpoint policy',
    'Lambda environment',
    'lifecycle configuration',
    'workflow definition',
  ])('%s: every one is below its limit', (kind) => {
    const full = sizes
      .filter(({ what }) => what === kind)
      .filter(({ size, max }) => size > max)
      .map(({ path, size, max }) => `${path}: ${size} of ${max}`);
    expect(full).toEqual([]);
  });

  it('a reference is counted with at least the length that it comes to', () => {
    const arns = stacks.flatMap((stack) => [
      ...all(stack, CfnRole).map(({ roleName }) => `arn:aws:iam::${ACCOUNT}:role/${roleName}`),
      ...all(stack, CfnLogGroup).map(
        ({ logGroupName }) => `arn:aws:logs:${stack.region}:${ACCOUNT}:log-group:${logGroupName}:*`,
      ),
      keyArn(1),
    ]);
    expect(Math.max(...arns.map(({ length }) => length))).toBeLessThanOrEqual(LONGEST_REFERENCE.length);
  });
});

describe('what AWS would not take is refused at synthesis, with what makes it smaller', () => {
  it('more keys than fit into a role', () => {
    const kmsKeys = numbered(40, (number) => `${keyArn(number)}${'0'.repeat(64)}`);
    expect(() => stacksOf({ ...LARGE, source: { ...LARGE.source, kmsKeys } })).toThrow(
      /^the configuration cannot be deployed:\n {2}- redrill-source\/.*CreateSnapshot.*: its sum of inline policies would have 1\d{4} characters, and AWS takes 10240 \(https:.*\); list fewer keys in source\.kmsKeys/,
    );
  });

  it('more plans than a bucket has lifecycle rules', () => {
    const names = numbered(249, longName(32));
    const plans = Object.fromEntries(names.map((name, at) => [name, planOf(at)]));
    expect(() => stacksOf({ ...LARGE, plans, caches: {} })).toThrow(
      /redrill-vault\/Vault\/Bucket\/.*: its lifecycle configuration would have 100\d rules, and AWS takes 1000 .*; have fewer plans/,
    );
  });
});
