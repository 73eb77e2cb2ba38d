import { AppError } from '../../core/model/errors.ts';
import type { Half } from './halves.ts';

/** The fields that Redrill uses of CloudFormation's event about a resource. */
export interface StackEvent {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

interface Failed extends Half {
  readonly events: readonly StackEvent[];
  /** What the CDK's toolkit says, for when no resource failed. */
  readonly said: string;
  readonly cause: unknown;
}

const STACK = 'AWS::CloudFormation::Stack';

/** Of resources that CloudFormation did not finish because another one had failed. */
const CANCELLED = /^Resource (creation|update) cancelled/;

/** Why a deployment failed: CloudFormation's own reason, the resource, what remained, and the next command. */
export function deploymentFailed(failed: Failed): AppError {
  const { stack, region, events, said, cause } = failed;
  const culprits = events.filter(isCulprit);
  const remained = events.filter(
    ({ type, status }) => type !== STACK && /^DELETE_(FAILED|SKIPPED)$/.test(status),
  );
  const isRolledBack = events.some(({ type, status }) => type === STACK && /ROLLBACK/.test(status));
  const lines = [
    `the stack ${stack} in ${region} was not deployed${isRolledBack ? '; CloudFormation has rolled it back' : ''}`,
    ...(culprits.length === 0 ? [`  ${said}`] : culprits.map(eventLine)),
    ...(remained.length === 0 ? [] : ['What CloudFormation could not delete:', ...remained.map(eventLine)]),
    ...nextLines(failed, culprits, remained),
  ];
  return new AppError('DeploymentFailed', lines.join('\n'), { cause });
}

const isCulprit = ({ type, status, reason }: StackEvent): boolean =>
  type !== STACK && /^(CREATE|UPDATE|IMPORT)_FAILED$/.test(status) && !CANCELLED.test(reason);

const eventLine = ({ logicalId, physicalId, type, reason }: StackEvent): string =>
  `  ${logicalId} (${type}${physicalId === '' ? '' : `, ${physicalId}`})${reason === '' ? '' : `: ${reason}`}`;

function nextLines(
  { account, region }: Half,
  culprits: readonly StackEvent[],
  remained: readonly StackEvent[],
): readonly string[] {
  const isTaken = ({ reason }: StackEvent) => /already exist/i.test(reason);
  const ofBucket = ({ type }: StackEvent) => /^AWS::S3::Bucket(Policy)?$/.test(type);
  const keys = remained.filter(({ type }) => type === 'AWS::KMS::Key');
  const adopts = remained.some(ofBucket) || culprits.some((each) => isTaken(each) && ofBucket(each));
  const others = culprits.some((each) => isTaken(each) && !ofBucket(each));
  return [
    ...(others ? ['To see which names are taken, and what removes them: npx redrill doctor'] : []),
    ...keys.map(
      ({ physicalId }) =>
        `To use the key again, set vault.kmsKeyArn in the configuration to '${keyArn(physicalId, account, region)}'.`,
    ),
    adopts
      ? 'Next, after correcting any other cause: npx redrill deploy --import-existing-resources'
      : 'Next, after correcting the cause: npx redrill deploy',
  ];
}

const keyArn = (id: string, account: string, region: string): string =>
  id.startsWith('arn:') ? id : `arn:aws:kms:${region}:${account}:key/${id}`;
