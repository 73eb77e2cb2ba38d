import { nameOfPlace } from '../../../core/decide/doctor/findings.ts';
import { concurrencyFinding } from '../../../core/decide/doctor/quota-findings.ts';
import type { Check } from '../check.ts';
import type { Side } from '../ground.ts';

export function concurrencyCheck(side: Side, shardsAtOnce: number): Check {
  return {
    id: 'lambda-concurrency',
    subject: nameOfPlace(side),
    needs: 'lambda:GetAccountSettings',
    run: async () => [concurrencyFinding(await side.aws.concurrentExecutions(), shardsAtOnce, side)],
  };
}
