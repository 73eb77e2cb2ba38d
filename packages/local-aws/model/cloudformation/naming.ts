import type { DeployedStack } from '../../cloudformation/stack.ts';
import type { Stacks } from '../../cloudformation/stacks.ts';
import { type Call, ServiceError } from '../service.ts';

/** A stack of the caller's account and region, by name or id; deleted ones by their id. */
export function named(
  { principal, region }: Call,
  stacks: Stacks,
  nameOrId: string,
): DeployedStack | undefined {
  return (
    stacks.all.find(
      ({ name, stackId, account, region: where }) =>
        (name === nameOrId || stackId === nameOrId) && account === principal.account && where === region,
    ) ?? stacks.deleted.find(({ stackId }) => stackId === nameOrId)
  );
}

/** @throws ServiceError `ValidationError` in the words by which the CDK recognises it */
export function stackOf(call: Call, stacks: Stacks, nameOrId: string): DeployedStack {
  const stack = named(call, stacks, nameOrId);
  if (stack !== undefined) return stack;
  throw new ServiceError('ValidationError', `Stack with id ${nameOrId} does not exist`);
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
export function authorizeOn(call: Call, stacks: Stacks, nameOrId: string | undefined): void {
  const { region, principal, operation } = call;
  const known = nameOrId === undefined ? undefined : named(call, stacks, nameOrId)?.stackId;
  const resource =
    nameOrId === undefined
      ? '*'
      : (known ??
        `arn:aws:cloudformation:${region}:${principal.account}:stack/${nameOrId.split('/')[1] ?? nameOrId}/*`);
  call.authorize({ action: `cloudformation:${operation}`, resource });
}
