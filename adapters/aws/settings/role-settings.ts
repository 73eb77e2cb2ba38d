import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import type { SettingDocument } from '../../../core/contracts/settings.ts';
import { policyOf } from './policy-text.ts';
import { type Patience, readSetting } from './read-setting.ts';

/** IAM's documents are URL-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
const decoded = (document: string | undefined) => policyOf(document && decodeURIComponent(document));

/** Four calls a role: an attacker who adds policies to it does not make more of them. */
export function roleSettings(client: IAMClient) {
  return (RoleName: string, policies: readonly string[]): Promise<SettingDocument | undefined> =>
    readSetting(
      `the policies of the role ${RoleName}`,
      async (patience) => {
        const { Role } = await client.send(new GetRoleCommand({ RoleName }), patience);
        const boundary = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
        return {
          Trust: decoded(Role?.AssumeRolePolicyDocument) ?? {},
          Policies: await inlinePolicies(client, { RoleName, policies }, patience),
          Attached: await attachedPolicies(client, RoleName, patience),
          ...(boundary === undefined ? {} : { Boundary: boundary }),
        };
      },
      ['NoSuchEntity', 'NoSuchEntityException'],
    );
}

interface InlineOrder {
  readonly RoleName: string;
  readonly policies: readonly string[];
}

async function inlinePolicies(
  client: IAMClient,
  { RoleName, policies }: InlineOrder,
  { abortSignal }: Patience,
): Promise<SettingDocument> {
  const found: Record<string, SettingDocument> = {};
  for await (const { PolicyNames = [] } of paginateListRolePolicies(
    { client },
    { RoleName },
    { abortSignal },
  ))
    for (const name of PolicyNames) found[name] = {};
  for (const PolicyName of policies.filter((name) => Object.hasOwn(found, name))) {
    const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }), {
      abortSignal,
    });
    found[PolicyName] = decoded(PolicyDocument) ?? {};
  }
  return found;
}

async function attachedPolicies(
  client: IAMClient,
  RoleName: string,
  { abortSignal }: Patience,
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies(
    { client },
    { RoleName },
    { abortSignal },
  ))
    found.push(...AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn));
  return found.sort();
}
