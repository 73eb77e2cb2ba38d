import { refuseUnknown } from './lambda/refuse.ts';
import type { Call, Service } from './service.ts';

/**
 * STS: who am I. Sessions are made by the services that assume roles, not through this API.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html (needs no permission)
 */
export function createSts(): Service {
  return {
    name: 'sts',
    operations: {
      GetCallerIdentity: async (input: object, { principal }: Call) => {
        refuseUnknown('sts:GetCallerIdentity', input, []);
        if (principal.kind !== 'role') {
          return { Account: principal.account, Arn: principal.arn, UserId: principal.account };
        }
        const role = principal.arn.split('/').at(-1) ?? '';
        return {
          Account: principal.account,
          Arn: `arn:aws:sts::${principal.account}:assumed-role/${role}/local`,
          UserId: `${role}:local`,
        };
      },
    },
  };
}
