import { refuseUnknown, refuseUnless } from '../lambda/refuse.ts';
import { type Call, type Service, ServiceError } from '../service.ts';
import { type ChangeSetSources, ChangeSets } from './change-sets.ts';
import { authorizeOn, named, stackOf } from './naming.ts';
import { eventViews, resourceViews, stackView } from './views.ts';

interface StackInput {
  readonly StackName: string;
}

/**
 * CloudFormation as clients call it; what it does is in ../../cloudformation. The operations are those that the CDK's toolkit
 * calls. Lists have one page.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
export function createCloudFormation(sources: ChangeSetSources): Service {
  const { stacks } = sources;
  const changeSets = new ChangeSets(sources);
  /** The stack of an operation that takes nothing else. */
  const selected = (input: StackInput, call: Call, others: readonly string[] = []) => {
    refuseUnknown(`cloudformation:${call.operation}`, input, ['StackName', ...others]);
    authorizeOn(call, stacks, input.StackName);
    return stackOf(call, stacks, input.StackName);
  };
  return {
    name: 'cloudformation',
    operations: {
      CreateChangeSet: async (input, call) => changeSets.create(input, call),
      DescribeChangeSet: async (input, call) => changeSets.describe(input, call),
      ExecuteChangeSet: async (input, call) => changeSets.execute(input, call),
      DeleteChangeSet: async (input, call) => changeSets.delete(input, call),
      DescribeStacks: async (input: Partial<StackInput>, call) => {
        const { StackName: name } = input;
        if (name !== undefined) return { Stacks: [stackView(selected({ ...input, StackName: name }, call))] };
        refuseUnknown('cloudformation:DescribeStacks', input, []);
        authorizeOn(call, stacks, undefined);
        const { account } = call.principal;
        const own = stacks.all.filter((each) => each.account === account && each.region === call.region);
        return { Stacks: own.map(stackView) };
      },
      DescribeStackEvents: async (input, call) => ({ StackEvents: eventViews(selected(input, call)) }),
      DescribeStackResources: async (input, call) => ({
        StackResources: resourceViews(selected(input, call)),
      }),
      GetTemplate: async (input, call) => {
        refuseUnless('cloudformation:GetTemplate TemplateStage', input.TemplateStage, [
          'Original',
          'Processed',
        ]);
        const { artifact, status } = selected(input, call, ['TemplateStage']);
        const TemplateBody = status === 'REVIEW_IN_PROGRESS' ? '' : artifact.body;
        return { TemplateBody, StagesAvailable: ['Original', 'Processed'] };
      },
      DeleteStack: async (input, call) => deleteStack(sources, input, call),
    },
  };
}

/** It succeeds for what is gone. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html */
function deleteStack({ stacks }: ChangeSetSources, input: StackInput, call: Call): object {
  refuseUnknown('cloudformation:DeleteStack', input, ['StackName', 'ClientRequestToken', 'RoleARN']);
  authorizeOn(call, stacks, input.StackName);
  const stack = named(call, stacks, input.StackName);
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {};
  if (/_IN_PROGRESS$/.test(stack.status) && stack.status !== 'REVIEW_IN_PROGRESS')
    throw new ServiceError(
      'ValidationError',
      `Stack [${stack.name}] cannot be deleted while in status ${stack.status}`,
    );
  // What could not be deleted is in the stack's events.
  stacks.destroyStack(stack).catch(() => {});
  return {};
}
