import { describe, expect, it } from 'vitest';
import type { DoctorPlace } from '../../../../core/doctor/findings.ts';
import { nodesFinding, vpcsFinding } from '../../../../core/doctor/quota-findings.ts';

const place: DoctorPlace = { half: 'vault', account: '111122223333', region: 'eu-central-1' };
const nodes = (value: number) => ({ name: 'Nodes per Region', value });
const seen = { place, used: 10, drills: 5 };

describe('ElastiCache’s nodes', () => {
  it.each([
    [15, 'ok cache-nodes'],
    [14, 'problem cache-nodes-low'],
  ])('%i of them, of which 10 are used and 5 are needed: %s', (value, expected) => {
    const { state, id } = nodesFinding({ ...seen, quota: nodes(value) });
    expect(`${state} ${id}`).toBe(expected);
  });

  it('can be raised by the command, to what is needed', () => {
    expect(nodesFinding({ ...seen, quota: nodes(14) }).next).toEqual([
      'aws service-quotas request-service-quota-increase --region eu-central-1 --service-code elasticache --quota-code L-DFE45DF3 --desired-value 15',
    ]);
  });

  it.each([
    ['without a value', undefined],
    ['under another name than its code should have', { name: 'Users per user group', value: 300 }],
  ])('%s are not called enough', (_, quota) => {
    const { state, id, next } = nodesFinding({ ...seen, quota });
    expect({ state, id }).toEqual({ state: 'advice', id: 'cache-nodes-unread' });
    expect(next).toEqual([
      'aws service-quotas list-service-quotas --region eu-central-1 --service-code elasticache',
    ]);
  });
});

describe('VPCs', () => {
  it('are never called enough: how many there are is not read', () => {
    const { state, text, next } = vpcsFinding({ name: 'VPCs per Region', value: 5 }, place);
    expect(state).toBe('advice');
    expect(text).toContain('allows 5 VPCs in eu-central-1');
    expect(next[1]).toMatch(/^If there are 5: aws service-quotas .* --desired-value 6, or set vault/);
    expect(vpcsFinding(undefined, place)).toMatchObject({
      state: 'advice',
      next: [expect.stringContaining('describe-vpcs'), expect.stringContaining('--service-code vpc')],
    });
  });
});
