import { refuseUnknown } from './lambda/refuse.ts';
import type { LogGroup, LogGroupId, LogStore } from './logs.ts';
import { type Call, type Service, ServiceError } from './service.ts';

interface NameInput {
  readonly logGroupName: string;
}

interface ListInput {
  readonly logGroupNamePrefix?: string;
  readonly nextToken?: string;
  readonly limit?: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html: "up to 50", by name */
const PAGE = 50;

/** CloudWatch Logs, as far as its groups go: lines are written by who is watched, and read in code. */
export function createLogs(logs: LogStore): Service {
  return {
    name: 'logs',
    operations: {
      DescribeLogGroups: async (input: ListInput, call) => describe(logs, input, call),
      CreateLogGroup: async (input: NameInput, call) => {
        const group = asked('CreateLogGroup', input, call);
        if (logs.has(group))
          throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
        logs.createGroup(group);
        return {};
      },
      DeleteLogGroup: async (input: NameInput, call) => {
        const group = asked('DeleteLogGroup', input, call);
        if (!logs.has(group))
          throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
        logs.deleteGroup(group);
        return {};
      },
    },
  };
}

function asked(operation: string, input: NameInput, call: Call): LogGroupId {
  refuseUnknown(`logs:${operation}`, input, ['logGroupName']);
  const id = { account: call.principal.account, region: call.region, name: input.logGroupName };
  call.authorize({ action: `logs:${operation}`, resource: arnOf(id) });
  return id;
}

const arnOf = ({ account, region, name }: LogGroupId): string =>
  `arn:aws:logs:${region}:${account}:log-group:${name}`;

function describe(logs: LogStore, input: ListInput, call: Call): object {
  refuseUnknown('logs:DescribeLogGroups', input, ['logGroupNamePrefix', 'nextToken', 'limit']);
  const { logGroupNamePrefix: prefix = '', nextToken: after = '', limit = PAGE } = input;
  const { account } = call.principal;
  call.authorize({ action: 'logs:DescribeLogGroups', resource: arnOf({ ...call, account, name: '*' }) });
  const found = logs.groups
    .filter((group) => group.account === account && group.region === call.region)
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const page = found.slice(0, Math.min(limit, PAGE));
  return {
    logGroups: page.map(viewOf),
    ...(found.length > page.length ? { nextToken: page.at(-1)?.name } : {}),
  };
}

/** As in https://docs.aws.amazon.com/cli/latest/reference/logs/describe-log-groups.html#examples */
function viewOf(group: LogGroup): object {
  return {
    logGroupName: group.name,
    arn: `${arnOf(group)}:*`,
    metricFilterCount: 0,
    storedBytes: 0,
    ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
  };
}
