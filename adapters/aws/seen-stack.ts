import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** A stack as CloudFormation describes it. */
export interface SeenStack {
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Undefined if there is no stack of that name; `AccessDenied` if the credentials may not know. */
export function seenStack(region: string, name: string): Promise<SeenStack | undefined> {
  const client = new CloudFormationClient({ ...CLIENT_OPTIONS, region });
  return translating(`describe the stack ${name} in ${region}`, async () => {
    try {
      const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
      if (stack === undefined) return undefined;
      const parameters = (stack.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [
        ParameterKey,
        ParameterValue,
      ]);
      return { status: stack.StackStatus ?? '', parameters: Object.fromEntries(parameters) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    } finally {
      client.destroy();
    }
  });
}

/** Of a stack that does not exist, the API returns this and no code of its own. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationError' && error.message.endsWith('does not exist');
