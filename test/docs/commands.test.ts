import { serviceSchemas } from '@redrill/local-aws';
import { describe, expect, test } from 'vitest';
import { type AwsCommand, awsCommands, documents, read, shellLines } from './markdown.ts';

/** The CLI's name of a service, where it is not the one that requests are signed with. */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  s3api: 's3',
  stepfunctions: 'states',
  cloudwatch: 'monitoring',
};
/** Commands of the CLI that are no operations of an API, or of a service whose SDK client is not installed here. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  's3 cp': ['recursive', 'exclude', 'include', 'sse'],
  's3 ls': ['recursive'],
  's3 rm': ['recursive'],
  'logs tail': ['since'],
  'elasticache wait': ['replication-group-id'],
  'sqs receive-message': [
    'queue-url',
    'max-number-of-messages',
    'message-attribute-names',
    'visibility-timeout',
  ],
  'sqs purge-queue': ['queue-url'],
  // The API calls it Endpoint.
  'sns subscribe': ['topic-arn', 'protocol', 'notification-endpoint', 'attributes'],
};
const GLOBAL = ['region', 'endpoint-url', 'profile', 'query', 'output'];

const flat = (name: string) => name.replaceAll('-', '').toLowerCase();

async function optionsOf({ service, operation }: AwsCommand): Promise<readonly string[] | undefined> {
  const other = OTHERS[`${service} ${operation}`];
  if (other !== undefined) return other.map(flat);
  const { operations } = await serviceSchemas(SIGNING_NAMES[service] ?? service);
  const found = [...operations.values()].find(({ name }) => flat(name) === flat(operation));
  return found && Object.keys(found.input.getMemberSchemas()).map(flat);
}

describe('AWS CLI commands in the documents', () => {
  const files = documents().filter((file) => awsCommands(shellLines(read(file))).length > 0);

  test.each(files)('%s: services, operations and options exist', async (file) => {
    for (const command of awsCommands(shellLines(read(file)))) {
      if (command.operation === '') continue;
      const known = await optionsOf(command);
      expect(known, `the operation of: ${command.line}`).toBeDefined();
      const unknown = command.options.filter(
        (option) => !GLOBAL.includes(option) && !known?.includes(flat(option)),
      );
      expect(unknown, command.line).toEqual([]);
    }
  });

  test('they are found at all', () => {
    expect(awsCommands(["aws s3 cp 'a b' - | jq .", 'X=$(aws kms enable-key --key-id 1)'])).toMatchObject([
      { service: 's3', operation: 'cp', options: [] },
      { service: 'kms', operation: 'enable-key', options: ['key-id'] },
    ]);
    expect(awsCommands(['aws kms enable-key --key-id="$KEY"'])).toMatchObject([{ options: ['key-id'] }]);
  });
});
