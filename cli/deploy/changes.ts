import { stripVTControlCharacters } from 'node:util';
import { AppError } from '../../core/model/errors.ts';

/** What happens to one resource. */
export interface ResourceChange {
  readonly logicalId: string;
  readonly type: string;
  /** `ResourceImpact` of @aws-cdk/cloudformation-diff. */
  readonly impact: string;
}

/** What a deployment changes in a stack that exists. */
export interface StackChanges {
  /** As cdk diff prints it. */
  readonly text: string;
  readonly resources: readonly ResourceChange[];
}

/** The part of a `TemplateDiff` that is used. */
export interface ComparedTemplates {
  readonly resources: {
    forEachDifference(use: (logicalId: string, change: ComparedResource) => void): void;
  };
}

interface ComparedResource {
  readonly changeImpact: string;
  readonly oldResourceType: string | undefined;
  readonly newResourceType: string | undefined;
}

/** A function of which nothing changes but the code: the configuration goes with every one. */
const NEW_CODE =
  /^\[~\] AWS::Lambda::Function .+\n └─ \[~\] Code\n +└─ \[~\] \.S3Key:\n +├─ \[-\] \w+\.zip\n +└─ \[\+\] \w+\.zip$/;

/** The differences without the stack's name, and with one line for all functions that only get new code. */
export function shortened(text: string): string {
  const groups = text.trim().split(/\n(?=\S)/);
  const isNewCode = (group: string) => NEW_CODE.test(stripVTControlCharacters(group).trimEnd());
  const others = groups.filter(
    (group) => !isNewCode(group) && !/^Stack \S/.test(stripVTControlCharacters(group)),
  );
  const functions = groups.length - groups.filter((group) => !isNewCode(group)).length;
  if (functions === 0) return others.join('\n');
  return [...others, `[~] ${functions} AWS::Lambda::Function: new code or configuration`].join('\n');
}

export function resourceChanges({ resources }: ComparedTemplates): readonly ResourceChange[] {
  const found: ResourceChange[] = [];
  resources.forEachDifference((logicalId, { changeImpact: impact, oldResourceType, newResourceType }) => {
    found.push({ logicalId, type: oldResourceType ?? newResourceType ?? '', impact });
  });
  return found;
}

/** Resources that hold what cannot be deployed again: what is lost with each. */
const STATEFUL: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'its objects',
  'AWS::KMS::Key': 'what is encrypted with it can no longer be read',
  'AWS::SNS::Topic': 'its confirmed subscriptions',
  'AWS::SQS::Queue': 'its messages',
  'AWS::StepFunctions::StateMachine': 'its history; running executions are stopped',
};

const WORDS: Readonly<Record<string, string>> = {
  WILL_REPLACE: 'is replaced by a new one',
  MAY_REPLACE: 'may be replaced by a new one',
  WILL_DESTROY: 'is deleted',
  WILL_ORPHAN: 'leaves the stack, and stays in the account',
};

/** Those that replace or remove a resource which holds something. */
export const statefulChanges = (changes: readonly ResourceChange[]): readonly ResourceChange[] =>
  changes.filter(({ type, impact }) => type in STATEFUL && impact in WORDS);

/** Whether a subscription is added, which its owner has to confirm. */
export const addsSubscription = (changes: readonly ResourceChange[]): boolean =>
  changes.some(({ type, impact }) => type === 'AWS::SNS::Subscription' && impact === 'WILL_CREATE');

/** One line for each. */
export const statefulLine = ({ logicalId, type, impact }: ResourceChange): string =>
  `${logicalId} (${type}) ${WORDS[impact]}${impact === 'WILL_ORPHAN' ? '' : `; lost with it: ${STATEFUL[type]}`}`;

/** `14 IAM::Role, 10 Lambda::Function, …`, the most frequent first. */
export function countedTypes(types: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .map(([type, count]) => `${count} ${type.replace(/^AWS::/, '')}`)
    .join(', ');
}

/**
 * The change set that is executed may not replace or remove more than what was agreed to.
 * @param agreed undefined for a stack that was new
 * @throws AppError `StackNotReady` if it would
 */
export function isCovered(
  stack: string,
  found: readonly ResourceChange[],
  agreed: StackChanges | undefined,
): boolean {
  const known = new Set(agreed?.resources.map(({ logicalId }) => logicalId));
  const more = statefulChanges(found).filter(({ logicalId }) => !known.has(logicalId));
  if (more.length === 0) return true;
  throw new AppError(
    'StackNotReady',
    `${stack} has changed since it was compared: the deployment would now also replace or remove ${more.map(({ logicalId }) => logicalId).join(', ')}`,
  );
}
