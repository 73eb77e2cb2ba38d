import { evaluate, parsePolicy } from '@redrill/local-aws';
import { describe, expect, inject, test } from 'vitest';
import { plannedPolicies } from '../../../cli/doctor/checks/lock-out.ts';
import { namesOf } from '../../../cli/doctor/checks/names.ts';
import { plannedResources } from '../../../cli/doctor/planned.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { DEPLOYING_ACTIONS, lockOutFindings } from '../../../core/doctor/lock-out-findings.ts';
import config from '../../../redrill.config.ts';
import { ACCOUNT, deployerOf, SOURCE, VAULT } from './doctor-world.ts';

/*
 * What doctor reads in the policies of the templates, against the local AWS's own evaluation of the same policies: for every role
 * of the stacks, the bootstrap's, and one's own.
 */

const everything = parsePolicy(
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  'identity',
  'an administrator',
);

describe.each([
  { half: 'source', account: ACCOUNT, region: SOURCE },
  { half: 'vault', account: ACCOUNT, region: VAULT },
] as const)('of the $half', (place) => {
  test('doctor finds locked out exactly who is', async () => {
    const planned = await plannedResources(parseConfig(config), ACCOUNT, inject('assembly'))(place);
    const names = [...namesOf(planned, 'AWS::IAM::Role'), deployerOf(place.region), 'redrill-deploy'];
    const outcomes = names.flatMap((name) => {
      const role = `arn:aws:iam::${ACCOUNT}:role/${name}`;
      return plannedPolicies(planned).map((resource) => {
        const request = {
          principal: { kind: 'role', arn: role, account: ACCOUNT },
          resource: resource.arn,
          context: {
            'aws:PrincipalArn': role,
            'aws:SecureTransport': 'true',
            's3:TlsVersion': '1.3',
          },
        } as const;
        const resourcePolicy = parsePolicy(resource.policy, 'resource', resource.name);
        const isLockedOut = DEPLOYING_ACTIONS[resource.kind].some(
          (action) =>
            !evaluate({ ...request, action }, { identityPolicies: [everything], resourcePolicy }).allowed,
        );
        const found = lockOutFindings({ place, role, resources: [resource] }).map(({ id }) => id);
        return { name, policy: resource.name, isLockedOut, found };
      });
    });
    for (const { isLockedOut, found, ...of } of outcomes)
      expect({ ...of, found }).toEqual({ ...of, found: [isLockedOut ? 'deployer-locked-out' : 'deployer'] });
    const lockedOut = new Set(outcomes.flatMap(({ name, isLockedOut }) => (isLockedOut ? [name] : [])));
    const runtime = place.half === 'vault' ? namesOf(planned, 'AWS::IAM::Role') : [];
    expect([...lockedOut].sort()).toEqual([...runtime].sort());
  });
});
