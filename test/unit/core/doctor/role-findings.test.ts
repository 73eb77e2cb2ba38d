import { describe, expect, it } from 'vitest';
import { heartbeatFinding } from '../../../../core/doctor/heartbeat-findings.ts';
import { roleFindings, simulationsOf } from '../../../../core/doctor/role-findings.ts';
import type { SimulatedAction } from '../../../../core/ports/doctor.ts';

describe('what the simulator is asked of a role', () => {
  const simulations = (...Statement: readonly object[]) =>
    simulationsOf({ name: 'r', trust: {}, policies: { p: { Statement } } as never });

  it('is what each statement allows, on a resource that it covers, with the conditions fulfilled', () => {
    const found = simulations({
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:Get*'],
      Resource: 'arn:aws:s3:::b/*',
      Condition: {
        StringEquals: { 'kms:ViaService': ['s3.eu-west-1.amazonaws.com', 'x'] },
        StringNotEquals: { 's3:x-amz-acl': 'public' },
        Null: { 'aws:TagKeys': 'true', 'aws:RequestTag/x': 'false' },
      },
    });
    expect(found).toEqual([
      {
        actions: ['s3:GetObject'],
        resources: ['arn:aws:s3:::b/redrill-doctor'],
        context: {
          'kms:ViaService': ['s3.eu-west-1.amazonaws.com'],
          's3:x-amz-acl': ['redrill-doctor'],
          'aws:RequestTag/x': ['redrill-doctor'],
        },
      },
    ]);
  });

  it('is nothing of what a statement denies', () => {
    expect(simulations({ Effect: 'Deny', Action: 's3:*', Resource: '*' })).toEqual([]);
  });
});

describe('the permissions of a role', () => {
  const action: SimulatedAction = {
    action: 's3:GetObject',
    resource: '*',
    decision: 'implicitDeny',
    allowedByOrganisation: undefined,
    allowedByBoundary: undefined,
  };

  it.each([
    ['role-missing', undefined],
    ['role-denied', [action]],
    ['denied-by-organisation', [{ ...action, allowedByOrganisation: false }]],
    ['role-denied-by-boundary', [{ ...action, allowedByOrganisation: true, allowedByBoundary: false }]],
  ] as const)('%s', (id, simulated) => {
    expect(roleFindings({ role: 'r', stack: 's', simulated }).map((each) => each.id)).toEqual([id]);
  });

  it('are well if all is allowed', () => {
    expect(roleFindings({ role: 'r', stack: 's', simulated: [{ ...action, decision: 'allowed' }] })).toEqual(
      [],
    );
  });
});

describe('the heartbeat', () => {
  const seen = { parameter: '/p', region: 'eu-central-1', exists: true, failed: 0 };

  it.each([
    ['heartbeat', {}],
    ['heartbeat-missing', { exists: false }],
    ['heartbeat-unseen', { failed: undefined }],
    ['heartbeat-failed', { failed: 2 }],
  ])('%s', (id, change) => {
    expect(heartbeatFinding({ ...seen, ...change }).id).toBe(id);
  });
});
