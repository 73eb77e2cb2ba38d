import type { RestoredClusterOrder } from '../contracts/restore.ts';
import { DEFAULT_NAME, type Sheet } from './sheet.ts';

type Network = Pick<RestoredClusterOrder, 'subnetGroup' | 'securityGroups'>;

/**
 * Where the cluster lives. The drill network is never a default: nobody can reach what is in it. Of the source's own names
 * the subnet group is used where the region has one of that name; security groups exist in their own region alone.
 */
export function restoreNetwork(sheet: Sheet): Network {
  const subnetGroup = subnetGroupOf(sheet);
  return { ...(subnetGroup === undefined ? {} : { subnetGroup }), securityGroups: securityGroupsOf(sheet) };
}

function subnetGroupOf(sheet: Sheet): string | undefined {
  const { point, choices, facts, need, differ } = sheet;
  const { subnetGroup: recorded, serverless } = point.topology;
  const wanted = choices.subnetGroup ?? recorded;
  if (wanted === undefined && point.topology.server !== undefined)
    need({ setting: 'subnet group', message: 'a server of your own has none; name one with --subnet-group' });
  if (wanted === undefined) return serverless && groupOfSubnets(sheet, serverless.subnets);
  const group = facts.subnetGroups.find(({ name }) => name === wanted);
  if (group === undefined) {
    const there = facts.subnetGroups.map(({ name, vpcId }) => `${name} (${vpcId})`).join(', ');
    need({
      setting: 'subnet group',
      message: `there is no subnet group '${wanted}' in ${choices.region}; name one with --subnet-group${there === '' ? ', once you have made it: aws elasticache create-cache-subnet-group' : `: ${there}`}`,
    });
  }
  differ({
    setting: 'subnet group',
    recorded: recorded ?? (serverless?.subnets.join(', ') || 'the default VPC’s'),
    restored: wanted,
    because: '--subnet-group',
  });
  return wanted;
}

/** A serverless cache has no subnet group, but subnets: a group that has all of them stands for them. */
function groupOfSubnets({ facts, choices, need }: Sheet, subnets: readonly string[]): string | undefined {
  const group = facts.subnetGroups.find((each) => subnets.every((id) => each.subnets?.includes(id)));
  if (group === undefined) {
    const there = facts.subnetGroups.map(({ name, vpcId }) => `${name} (${vpcId})`).join(', ');
    need({
      setting: 'subnet group',
      message: `no subnet group in ${choices.region} has the subnets of the serverless cache (${subnets.join(', ') || 'none recorded'}); name one with --subnet-group${there === '' ? '' : `: ${there}`}`,
    });
  }
  return group?.name;
}

export function securityGroupsOf({ point, choices, need, differ, note }: Sheet): string[] {
  const { securityGroups: recorded } = point.topology;
  const isAtHome = choices.region === point.source.region;
  const given = choices.securityGroups.length > 0 || isAtHome;
  const chosen = choices.securityGroups.filter((id) => id !== DEFAULT_NAME);
  const restored = choices.securityGroups.length > 0 ? chosen : isAtHome ? recorded : [];
  if (!given && recorded.length > 0)
    need({
      setting: 'security groups',
      message: `${recorded.join(', ')} exist in ${point.source.region} only; name those of ${choices.region} with --security-group`,
    });
  differ({
    setting: 'security groups',
    recorded: recorded.join(', ') || 'the VPC’s default',
    restored: restored.join(', ') || 'the VPC’s default',
    because: '--security-group',
  });
  if (restored.length > 0)
    note(
      `Whether ${restored.join(', ')} are of that VPC is checked by ElastiCache, when the cluster is ordered`,
    );
  return restored;
}

type Access = Pick<RestoredClusterOrder, 'auth' | 'userGroup' | 'tls'>;

const AS: Readonly<Record<Access['auth'], string>> = {
  none: 'open to its network',
  token: 'an AUTH token',
  users: 'users of a user group',
};

/** Who gets in. Secrets are never recorded, so an AUTH token has to be given anew; both ways in need TLS. */
export function restoreAccess(sheet: Sheet): Access {
  const { point, differ } = sheet;
  const { topology } = point;
  const access = accessOf(sheet);
  const tls = topology.tls || access.auth !== 'none';
  const recordedAs = topology.auth === 'users' ? topology.userGroups.join(', ') : AS[topology.auth];
  differ({
    setting: 'access',
    recorded: recordedAs,
    restored: access.userGroup ?? AS[access.auth],
    because: access.userGroup === undefined ? '--auth-token-from' : '--user-group',
  });
  differ({
    setting: 'TLS',
    recorded: topology.tls ? 'on' : 'off',
    restored: tls ? 'on' : 'off',
    because: 'nothing secret is sent in the clear',
  });
  return { ...access, tls };
}

function accessOf(sheet: Sheet): Omit<Access, 'tls'> {
  const { point, choices, facts, need } = sheet;
  const { auth, userGroups } = point.topology;
  if (choices.hasToken) return { auth: 'token' };
  const userGroup = choices.userGroup ?? (auth === 'users' ? userGroups[0] : undefined);
  if (userGroup !== undefined) {
    if (!facts.userGroups.includes(userGroup))
      need({ setting: 'users', message: howToMake(sheet, userGroup) });
    return { auth: 'users', userGroup };
  }
  if (auth !== 'none')
    need({
      setting: 'access',
      message:
        'the cache was behind an AUTH token, which is never recorded; give one with --auth-token-from env:<NAME>, ' +
        'ssm:<parameter> or stdin, or name a user group with --user-group',
    });
  return { auth };
}

function howToMake({ point, choices, facts }: Sheet, userGroup: string): string {
  const engine = choices.engine ?? point.topology.engine;
  const there = facts.userGroups.length === 0 ? '' : ` (it has ${facts.userGroups.join(', ')})`;
  return (
    `there is no active user group '${userGroup}' in ${choices.region}${there}; name one with --user-group, give a token with ` +
    `--auth-token-from, or make it, its users first: aws elasticache create-user --region ${choices.region} --engine ${engine} … ; ` +
    `aws elasticache create-user-group --region ${choices.region} --engine ${engine} --user-group-id ${userGroup} --user-ids …`
  );
}
