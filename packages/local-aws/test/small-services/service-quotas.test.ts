import { expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createFabric } from '../../fabric.ts';
import { Faults } from '../../faults.ts';
import { ServiceQuotas } from '../../model/service-quotas.ts';
import { ADMINISTRATOR } from './region.ts';

const fabric = createFabric({ clock: new VirtualClock(), faults: new Faults() });
const quotas = new ServiceQuotas();
fabric.register(quotas.service);

const region = 'eu-central-1';
const nodes = { ServiceCode: 'elasticache', QuotaCode: 'L-DFE45DF3' };
const call = (operation: string, input: object): Promise<object> =>
  fabric.call({ service: 'servicequotas', operation, region, principal: ADMINISTRATOR, input });

it('tells the applied value and the default, each with an ARN of its own', async () => {
  const { account } = ADMINISTRATOR;
  quotas.set({ account, region, quota: 'elasticache/L-DFE45DF3' }, 500);
  expect(await call('GetServiceQuota', nodes)).toMatchObject({
    Quota: {
      ...nodes,
      Value: 500,
      QuotaName: 'Nodes per Region',
      QuotaArn: `arn:aws:servicequotas:${region}:${account}:elasticache/L-DFE45DF3`,
    },
  });
  expect(await call('GetAWSDefaultServiceQuota', nodes)).toMatchObject({
    Quota: { Value: 300, QuotaArn: `arn:aws:servicequotas:${region}::elasticache/L-DFE45DF3` },
  });
});

it('has no applied value of some, and the default still', async () => {
  const id = { account: ADMINISTRATOR.account, region, quota: 'elasticache/L-DFE45DF3' };
  quotas.set(id, undefined);
  await expect(call('GetServiceQuota', nodes)).rejects.toMatchObject({ code: 'NoSuchResourceException' });
  expect(await call('GetAWSDefaultServiceQuota', nodes)).toMatchObject({ Quota: { Value: 300 } });
  expect(quotas.get(id)).toBe(300);
});

it('knows no other quotas', async () => {
  const other = { ...nodes, QuotaCode: 'L-00000000' };
  await expect(call('GetServiceQuota', other)).rejects.toMatchObject({ code: 'NoSuchResourceException' });
  const id = { account: ADMINISTRATOR.account, region, quota: 'elasticache/L-00000000' };
  expect(() => quotas.set(id, 1)).toThrow(RangeError);
});
