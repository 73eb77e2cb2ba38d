import type { DeployedStack, StackChange, StackEvent } from '../../cloudformation/stack.ts';

const list = (record: Readonly<Record<string, string>>, key: string, value: string) =>
  Object.entries(record).map(([name, text]) => ({ [key]: name, [value]: text }));

export const parameterList = (parameters: DeployedStack['parameters']) =>
  list(parameters, 'ParameterKey', 'ParameterValue');

export const tagList = (tags: DeployedStack['tags']) => list(tags, 'Key', 'Value');

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html */
export function stackView(stack: DeployedStack): object {
  const { stackId, name, status, createdAt, updatedAt, parameters, tags, outputs } = stack;
  const reason = lastChange(stack)?.reason;
  return {
    StackId: stackId,
    StackName: name,
    CreationTime: new Date(createdAt),
    ...(updatedAt === undefined ? {} : { LastUpdatedTime: new Date(updatedAt) }),
    StackStatus: status,
    ...(reason === undefined ? {} : { StackStatusReason: reason }),
    Parameters: parameterList(parameters),
    Outputs: list(outputs, 'OutputKey', 'OutputValue'),
    Tags: tagList(tags),
    DisableRollback: false,
    EnableTerminationProtection: false,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function lastChange({ log }: DeployedStack): StackChange | undefined {
  return log.findLast((each): each is StackChange => !('logicalId' in each));
}

/**
 * Newest first, as AWS tells them.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */
export function eventViews({ stackId, name, log }: DeployedStack): readonly object[] {
  const ofStack = { logicalId: name, type: 'AWS::CloudFormation::Stack', physicalId: stackId };
  // Each a millisecond after the one before at least: clients sort by the time.
  let at = 0;
  return log
    .map((each, index) => {
      at = Math.max(each.at, at + 1);
      const { logicalId, type, physicalId }: Pick<StackEvent, keyof typeof ofStack> =
        'logicalId' in each ? each : ofStack;
      return {
        StackId: stackId,
        StackName: name,
        EventId: `${logicalId}-${each.status}-${index}`,
        LogicalResourceId: logicalId,
        PhysicalResourceId: physicalId,
        ResourceType: type,
        ResourceStatus: each.status,
        ...(each.reason === undefined ? {} : { ResourceStatusReason: each.reason }),
        Timestamp: new Date(at),
      };
    })
    .reverse();
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResource.html */
export function resourceViews({ stackId, name, resources, log }: DeployedStack): readonly object[] {
  return resources.map(({ logicalId, type, ref }) => {
    const event = log.findLast(
      (each): each is StackEvent => 'logicalId' in each && each.logicalId === logicalId,
    );
    return {
      StackId: stackId,
      StackName: name,
      LogicalResourceId: logicalId,
      PhysicalResourceId: ref,
      ResourceType: type,
      ResourceStatus: event?.status ?? 'CREATE_COMPLETE',
      Timestamp: new Date(event?.at ?? 0),
    };
  });
}
