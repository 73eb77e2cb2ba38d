import type { App } from 'aws-cdk-lib';
import { VirtualClock } from '../../clock.ts';
import { deployAssembly } from '../../cloudformation/deploy.ts';
import { createFabric } from '../../fabric.ts';
import { Faults } from '../../faults.ts';
import { iamHandlers } from '../../iam/resources.ts';
import { administratorOf, sessionOf } from '../../iam/roles.ts';
import { MetricStore } from '../../model/cloudwatch/metrics.ts';
import { createIam } from '../../model/iam.ts';
import { createKms } from '../../model/kms.ts';
import type { Principal } from '../../model/service.ts';
import { createSns } from '../../model/sns.ts';
import { createSqs } from '../../model/sqs.ts';
import { createSsm } from '../../model/ssm.ts';
import { createSts } from '../../model/sts.ts';
import { synthesise } from '../../testing/synthesise.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const ADMINISTRATOR = administratorOf(ACCOUNT);

/** The small services with what a CDK app declares deployed into them, called in process. */
export async function localRegion(
  build: (app: App) => void,
  options: { readonly subscriptions?: 'confirmed' | 'pending' } = {},
) {
  const clock = new VirtualClock(Date.UTC(2026, 10, 21));
  const fabric = createFabric({ clock, faults: new Faults() });
  const kms = createKms({ clock });
  const [sns, sqs, ssm] = [
    createSns({ clock, kms, metrics: new MetricStore(), ...options }),
    createSqs({ clock }),
    createSsm({ clock, kms }),
  ];
  fabric.register(
    kms.service,
    sns.service,
    sqs.service,
    ssm.service,
    createSts(fabric.sessions),
    createIam(fabric.roles),
  );
  const handlers = [
    ...iamHandlers(fabric.roles),
    ...kms.resourceHandlers,
    ...sns.resourceHandlers,
    ...sqs.resourceHandlers,
    ...ssm.resourceHandlers,
  ];
  const stacks = await deployAssembly(synthesise(build), { handlers });
  const outputs = Object.assign({}, ...stacks.map((stack) => stack.outputs));
  const output = (name: string): string => {
    const value = outputs[name];
    if (typeof value !== 'string') throw new Error(`no output ${name}`);
    return value;
  };
  return {
    clock,
    fabric,
    kms,
    sns,
    sqs,
    output,
    role: (name: string): Principal => sessionOf(fabric.roles.get(output(name))),
    call: (principal: Principal, operation: string, input: object): Promise<object> => {
      const [service = '', name = ''] = operation.split(':');
      return fabric.call({ service, operation: name, region: REGION, principal, input });
    },
  };
}

export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 24 * MS_PER_HOUR;
