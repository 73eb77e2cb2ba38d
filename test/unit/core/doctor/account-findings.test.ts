import { describe, expect, it } from 'vitest';
import {
  accountFindings,
  bootstrapFinding,
  nameFindings,
  serviceLinkedRoleFinding,
} from '../../../../core/doctor/account-findings.ts';
import type { DoctorPlace } from '../../../../core/doctor/findings.ts';

const [ONE, OTHER] = ['111111111111', '222222222222'];
const source: DoctorPlace = { half: 'source', account: ONE, region: 'eu-west-1' };
const vault: DoctorPlace = { half: 'vault', account: OTHER, region: 'eu-central-1' };
const states = (findings: readonly { readonly state: string; readonly id: string }[]) =>
  findings.map(({ state, id }) => `${state} ${id}`);

describe('the accounts', () => {
  it('are both checked by credentials of the one that has both halves', () => {
    expect(states(accountFindings([source, { ...vault, account: ONE }], ONE))).toEqual(['ok account']);
  });

  it('a half in another account is not checked, and the finding says whose credentials it needs', () => {
    const found = accountFindings([source, vault], ONE);
    expect(states(found)).toEqual(['ok account', 'unknown account-other']);
    expect(found[1]?.next[0]).toContain(OTHER);
  });

  it('credentials of neither are a problem', () => {
    expect(states(accountFindings([source, vault], '333333333333'))).toEqual(['problem account-wrong']);
  });
});

describe('the bootstrap stack', () => {
  it.each([
    [undefined, 'bootstrap-missing'],
    ['5', 'bootstrap-old'],
    ['?', 'bootstrap-old'],
    ['6', 'bootstrap'],
    ['30', 'bootstrap'],
  ])('of version %s: %s', (version, id) => {
    expect(bootstrapFinding(version, source).id).toBe(id);
  });

  it('is made by a command that names account and region', () => {
    expect(bootstrapFinding(undefined, vault).next).toEqual([
      `npx cdk bootstrap aws://${OTHER}/eu-central-1`,
    ]);
  });
});

it('the service-linked role is created by a command', () => {
  expect(serviceLinkedRoleFinding(true, ONE).state).toBe('ok');
  expect(serviceLinkedRoleFinding(false, ONE).next[0]).toMatch(/^aws iam create-service-linked-role /);
});

describe('names', () => {
  const seen = { place: vault, vaultBucket: 'v', configuredKey: undefined };

  it('that are free are well', () => {
    expect(states(nameFindings({ ...seen, buckets: [] }))).toEqual(['ok names']);
  });

  it('of an earlier vault: its key is named first, unless the configuration names it', () => {
    const buckets = [{ name: 'v', key: 'arn:k' }];
    expect(nameFindings({ ...seen, buckets })[0]?.next).toEqual([
      "configuration: set vault.kmsKeyArn to 'arn:k'",
      'npx redrill deploy --import-existing-resources',
    ]);
    expect(nameFindings({ ...seen, buckets, configuredKey: 'arn:k' })[0]?.next).toHaveLength(1);
  });

  it('of another bucket: its key does not matter', () => {
    expect(nameFindings({ ...seen, buckets: [{ name: 'logs', key: 'arn:k' }] })[0]?.next).toHaveLength(1);
  });
});
