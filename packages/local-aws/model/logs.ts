import type { VirtualClock } from '../clock.ts';
import type { CreatedResource, ResourceDeclaration, ResourceHandler } from '../cloudformation/resource.ts';
import { refuseUnless } from './lambda/refuse.ts';
import { ServiceError } from './service.ts';

/** A log group by where it is and what it is called. */
export interface LogGroupId {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export interface LogGroup extends LogGroupId {
  /** Days after which lines are gone. @default never */
  readonly retentionDays?: number;
  readonly kmsKeyId?: string;
}

export interface LogLine {
  /** Virtual instant, ms since the epoch. */
  readonly at: number;
  readonly stream: string;
  readonly message: string;
}

export type LogListener = (group: LogGroupId, line: LogLine) => void;

/** Retention periods that CloudWatch Logs accepts: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const DAY_MS = 86_400_000;

/** The log groups of every account and region. Who may write is decided by the writer's side, before {@link LogStore.append}. */
export class LogStore {
  readonly #clock: VirtualClock;
  readonly #groups = new Map<string, { readonly group: LogGroup; lines: LogLine[] }>();
  readonly #listeners: LogListener[] = [];

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  createGroup(group: LogGroup): void {
    this.#groups.set(keyOf(group), { group, lines: [] });
  }

  /** Its lines stay. */
  changeGroup(group: LogGroup): void {
    this.#groups.set(keyOf(group), { group, lines: this.#groups.get(keyOf(group))?.lines ?? [] });
  }

  deleteGroup(id: LogGroupId): void {
    this.#groups.delete(keyOf(id));
  }

  has(id: LogGroupId): boolean {
    return this.#groups.has(keyOf(id));
  }

  /** Adds lines at the virtual instant of now. Lines for a group that does not exist are lost, as on AWS. */
  append(id: LogGroupId, stream: string, messages: readonly string[]): void {
    const held = this.#groups.get(keyOf(id));
    if (held === undefined) return;
    for (const message of messages) {
      const line = { at: this.#clock.now(), stream, message };
      held.lines.push(line);
      for (const listener of this.#listeners) listener(id, line);
    }
  }

  /** What a group holds that its retention has not let go of, oldest first. */
  lines(id: LogGroupId): readonly LogLine[] {
    const held = this.#groups.get(keyOf(id));
    if (held === undefined) return [];
    const days = held.group.retentionDays;
    if (days !== undefined) {
      const keptSince = this.#clock.now() - days * DAY_MS;
      held.lines = held.lines.filter(({ at }) => at >= keptSince);
    }
    return held.lines;
  }

  get groups(): readonly LogGroup[] {
    return [...this.#groups.values()].map(({ group }) => group);
  }

  /** Called with every line as it is written (EMF metrics are read this way). */
  onLine(listener: LogListener): void {
    this.#listeners.push(listener);
  }
}

function keyOf({ account, region, name }: LogGroupId): string {
  return `${account}/${region}/${name}`;
}

/** The ARN that IAM sees when a stream of the group is created or written. */
export function logStreamArn({ account, region, name }: LogGroupId, stream: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${name}:log-stream:${stream}`;
}

/** The log group that an ARN names, with or without its `:*`. */
export function parseLogGroupArn(arn: string): LogGroupId {
  const [, , , region = '', account = '', , name = ''] = arn.split(':');
  return { account, region, name };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html */
export function logGroupHandler(logs: LogStore): ResourceHandler {
  return {
    type: 'AWS::Logs::LogGroup',
    properties: ['LogGroupName', 'RetentionInDays', 'KmsKeyId', 'LogGroupClass', 'Tags'],
    create: async (declaration): Promise<CreatedResource> => {
      const group = declaredGroup(declaration);
      const { account, region, name } = group;
      if (logs.has(group)) {
        throw new ServiceError('ResourceAlreadyExistsException', `The log group ${name} already exists`);
      }
      logs.createGroup(group);
      return { ref: name, attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` } };
    },
    update: async (declaration, { ref, attributes }) => {
      logs.changeGroup({ ...declaredGroup(declaration), name: ref });
      return { ref, attributes };
    },
    delete: async ({ ref, stack: { account, region } }) => logs.deleteGroup({ account, region, name: ref }),
  };
}

function declaredGroup({ properties, stack, generatedName }: ResourceDeclaration): LogGroup {
  const { LogGroupName, RetentionInDays, KmsKeyId, LogGroupClass } = properties ?? {};
  refuseUnless('AWS::Logs::LogGroup LogGroupClass', LogGroupClass, ['STANDARD']);
  const retentionDays = RetentionInDays === undefined ? undefined : Number(RetentionInDays);
  refuseUnless('AWS::Logs::LogGroup RetentionInDays', retentionDays, RETENTION_DAYS);
  return {
    account: stack.account,
    region: stack.region,
    name: LogGroupName ?? generatedName,
    ...(retentionDays !== undefined && { retentionDays }),
    ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
  };
}
