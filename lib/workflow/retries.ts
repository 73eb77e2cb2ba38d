import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { codesOfKind } from '../../core/model/errors.ts';

/**
 * How the steps of every workflow are retried. Step Functions takes the first entry that matches an error.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html (checked 2026-11-21)
 */

/** Trying again changes nothing: straight to the alert. */
const PERMANENT: RetryProps = {
  errors: [...codesOfKind('user', 'permanent', 'integrity')],
  maxAttempts: 0,
};

/** A modification or a fail-over of the cache: 45 times 60 s, so 45 minutes; then the slot is lost and said to be. */
const SOURCE_BUSY: RetryProps = {
  errors: ['SourceNotAvailable'],
  interval: Duration.seconds(60),
  maxAttempts: 45,
  backoffRate: 1,
};

/**
 * A cluster that has just become available: its name may not be resolved for some minutes. 15 times 20 s are 5 minutes.
 * How long it takes is documented nowhere.
 */
export const NOT_YET_REACHABLE: RetryProps = {
  errors: ['RestoreUnreachable'],
  interval: Duration.seconds(20),
  maxAttempts: 15,
  backoffRate: 1,
};

/** What Lambda itself answers when it cannot take or finish an invocation. */
const LAMBDA_SERVICE_ERRORS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.ClientExecutionTimeoutException',
];

/**
 * A function in a VPC that was not invoked for weeks is inactive: its first invocations fail while Lambda makes its network
 * interfaces again, which takes minutes. 30 times 20 s, so ten minutes.
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html, errors of
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html and of
 * https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/issues/801 (checked 2026-11-23)
 */
const FUNCTION_INACTIVE: RetryProps = {
  errors: [
    'Lambda.ResourceNotReadyException',
    'Lambda.ResourceConflictException',
    'Lambda.CodeArtifactUserPendingException',
    'Lambda.ENINotReadyException',
    'Lambda.ENILimitReachedException',
    'Lambda.SubnetIPAddressLimitReachedException',
    'Lambda.EC2ThrottledException',
    'Lambda.EC2UnexpectedException',
  ],
  interval: Duration.seconds(20),
  maxAttempts: 30,
  backoffRate: 1,
};

/**
 * Throttling and outages: 2, 4, 8, 16, 32, 64 s and then 6 times 120 s are 846 s at most, and with full jitter about
 * 7 minutes: within the 15 minutes in which a throttled backup must have come through or been reported.
 */
const TRANSIENT: RetryProps = {
  errors: [
    ...codesOfKind('transient').filter((code) => code !== 'SourceNotAvailable'),
    ...LAMBDA_SERVICE_ERRORS,
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxDelay: Duration.seconds(120),
  maxAttempts: 12,
  jitterStrategy: JitterType.FULL,
};

/** A killed or timed-out Lambda, or a fault of ours: every step may be repeated, so 2 more tries, 5 and 10 s apart. */
const ANYTHING_ELSE: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxAttempts: 2,
};

export const STEP_RETRIES: readonly RetryProps[] = [
  PERMANENT,
  SOURCE_BUSY,
  FUNCTION_INACTIVE,
  TRANSIENT,
  ANYTHING_ELSE,
];
