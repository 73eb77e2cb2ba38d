import type { VirtualClock } from '../clock.ts';
import type { ResourceDeclaration, ResourceHandler } from '../cloudformation/resource.ts';
import { parsePolicy } from '../iam/parse-policy.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import type { MetricId, Stretch } from './cloudwatch/metrics.ts';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, NotModelledError, type Service, ServiceError } from './service.ts';

interface Queue {
  readonly arn: string;
  readonly url: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  retentionMs: number;
  policy: PolicyDocument | undefined;
  messages: readonly QueuedMessage[];
}

export interface QueuedMessage {
  readonly messageId: string;
  /** Virtual time, ms since the epoch. */
  readonly at: number;
  readonly body: string;
  /** Text of each message attribute. */
  readonly attributes: Readonly<Record<string, string>>;
}

interface SendInput {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue?: string }>
  >;
}

export interface Sqs {
  readonly service: Service;
  readonly resourceHandlers: readonly ResourceHandler[];
  /** What lies in a queue now, oldest first; empty for a queue that does not exist. */
  messagesIn(queueArn: string): readonly QueuedMessage[];
  /** Values of a queue's metric, at the end of a stretch of time. */
  metric(id: MetricId, stretch: Stretch): readonly number[];
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html (4 days) */
const RETENTION_DEFAULT_SECONDS = 345_600;
/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html (1 MiB) */
const MESSAGE_MAX_BYTES = 1_048_576;

/** SQS as a place where undeliverable events end up: standard queues that are written to and looked into. */
export function createSqs({ clock }: { readonly clock: VirtualClock }): Sqs {
  const queues = new Map<string, Queue>();
  const messagesIn = (queueArn: string): readonly QueuedMessage[] => {
    const queue = queues.get(queueArn);
    if (queue === undefined) return [];
    return queue.messages.filter(({ at }) => at + queue.retentionMs > clock.now());
  };
  return {
    service: { name: 'sqs', operations: operationsOn(queues, messagesIn) },
    resourceHandlers: [queueHandler(queues), queuePolicyHandler(queues)],
    messagesIn,
    metric: (id, { until }) => visibleIn(queues, id, until),
  };
}

/**
 * Messages that are there and that nobody has received, which nobody does here. A queue that holds none is not active, and has
 * no data. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function visibleIn(queues: ReadonlyMap<string, Queue>, id: MetricId, until: number): readonly number[] {
  const { account, region, name, dimensions } = id;
  if (name !== 'ApproximateNumberOfMessagesVisible') throw new NotModelledError(`the metric ${name} of SQS`);
  const queue = queues.get(`arn:aws:sqs:${region}:${account}:${dimensions.QueueName}`);
  const visible = queue?.messages.filter(({ at }) => at < until && at + queue.retentionMs > until) ?? [];
  return visible.length === 0 ? [] : [visible.length];
}

function operationsOn(
  queues: ReadonlyMap<string, Queue>,
  messagesIn: Sqs['messagesIn'],
): Service['operations'] {
  return {
    SendMessage: async (input: SendInput, call) => {
      const queue = queueOf(queues, call, input, ['MessageBody', 'MessageAttributes']);
      const { MessageBody: body } = input;
      if (body === '' || Buffer.byteLength(body) > MESSAGE_MAX_BYTES) {
        throw new ServiceError('InvalidParameterValue', 'MessageBody must be 1 byte to 1 MiB long');
      }
      const attributes = textAttributes(input.MessageAttributes ?? {});
      const message = { messageId: call.requestId, at: call.now, body, attributes };
      queue.messages = [...messagesIn(queue.arn), message];
      return { MessageId: call.requestId };
    },
  };
}

function textAttributes(
  given: NonNullable<SendInput['MessageAttributes']>,
): Readonly<Record<string, string>> {
  const texts = Object.entries(given).map(([name, { DataType, StringValue, ...others }]) => {
    refuseUnknown(`sqs:SendMessage: MessageAttributes.${name}`, others, []);
    if (DataType !== 'String' || StringValue === undefined) {
      throw new NotModelledError(`message attributes of type ${DataType}`);
    }
    return [name, StringValue] as const;
  });
  return Object.fromEntries(texts);
}

function queueOf(
  queues: ReadonlyMap<string, Queue>,
  call: Call,
  input: { readonly QueueUrl: string },
  known: readonly string[],
): Queue {
  refuseUnknown(`sqs:${call.operation}`, input, ['QueueUrl', ...known]);
  const queue = [...queues.values()].find(
    ({ url, region }) => url === input.QueueUrl && region === call.region,
  );
  if (queue === undefined) {
    throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  }
  call.authorize({
    action: `sqs:${call.operation}`,
    resource: queue.arn,
    resourceAccount: queue.account,
    resourcePolicy: queue.policy,
  });
  return queue;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
function queueHandler(queues: Map<string, Queue>): ResourceHandler {
  return {
    type: 'AWS::SQS::Queue',
    // Encryption with SQS's own keys asks nothing of anybody; a key of one's own (KmsMasterKeyId) would.
    properties: ['MessageRetentionPeriod', 'QueueName', 'SqsManagedSseEnabled', 'Tags', 'VisibilityTimeout'],
    async create({ properties, stack, generatedName }) {
      const name: string = properties.QueueName ?? generatedName;
      const arn = `arn:aws:sqs:${stack.region}:${stack.account}:${name}`;
      const url = `https://sqs.${stack.region}.amazonaws.com/${stack.account}/${name}`;
      if (queues.has(arn)) throw new ServiceError('QueueNameExists', `A queue named ${name} already exists.`);
      queues.set(arn, {
        arn,
        url,
        name,
        account: stack.account,
        region: stack.region,
        retentionMs: retentionOf(properties),
        policy: undefined,
        messages: [],
      });
      return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
    async update({ properties }, { ref, attributes }) {
      queueAt(queues, ref).retentionMs = retentionOf(properties);
      return { ref, attributes };
    },
    async delete({ attributes }) {
      queues.delete(attributes.Arn ?? '');
    },
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html */
function queuePolicyHandler(queues: ReadonlyMap<string, Queue>): ResourceHandler {
  const attach = ({ properties, stack, logicalId }: ResourceDeclaration) => {
    const policy = parsePolicy(properties.PolicyDocument, 'resource', `${stack.name}/${logicalId}`);
    for (const url of properties.Queues) queueAt(queues, url).policy = policy;
  };
  return {
    type: 'AWS::SQS::QueuePolicy',
    properties: ['PolicyDocument', 'Queues'],
    async create(declaration) {
      attach(declaration);
      const { generatedName } = declaration;
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
    async update(declaration, { ref, attributes }) {
      attach(declaration);
      return { ref, attributes };
    },
    async delete({ properties }) {
      for (const url of properties.Queues) queueAt(queues, url).policy = undefined;
    },
  };
}

function queueAt(queues: ReadonlyMap<string, Queue>, url: string): Queue {
  const queue = [...queues.values()].find((each) => each.url === url);
  if (queue !== undefined) return queue;
  throw new ServiceError('QueueDoesNotExist', `The queue ${url} does not exist.`);
}

function retentionOf({ MessageRetentionPeriod }: { readonly MessageRetentionPeriod?: number }): number {
  return Number(MessageRetentionPeriod ?? RETENTION_DEFAULT_SECONDS) * 1000;
}
