/** One call through botocore, and what AWS answers. */
export interface CallRow {
  /** botocore's name of the service: `stepfunctions`, not `states`. */
  readonly service: string;
  readonly operation: string;
  /** `{{name}}` stands for what an earlier row saved. @default none */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** @default eu-west-1 */
  readonly region?: string;
  readonly gives: Refusal | Success;
  /** What later rows use, by a path into the answer's fields: `Versions.0.VersionId`. */
  readonly saves?: Readonly<Record<string, string>>;
  /** The page, issue or recording that says so. */
  readonly source: string;
}

export interface Refusal {
  readonly code: string;
  /** @default 400 */
  readonly status?: number;
  /** Part of the message. */
  readonly message?: string;
}

export interface Success {
  /** Members that the answer has, among others; a regular expression stands for any text that matches it. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** @default 200 */
  readonly status?: number;
}

/** Lets virtual time pass, so that what takes time is done. */
export interface PauseRow {
  readonly minutes: number;
}

export type Row = CallRow | PauseRow;

/** A service's reference: `api('s3', 'PutObject')`. */
const REFERENCES: Readonly<Record<string, string>> = {
  cloudwatch: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_',
  elasticache: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_',
  events: 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_',
  iam: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_',
  kms: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_',
  lambda: 'https://docs.aws.amazon.com/lambda/latest/api/API_',
  route53: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_',
  s3: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_',
  scheduler: 'https://docs.aws.amazon.com/scheduler/latest/APIReference/API_',
  sns: 'https://docs.aws.amazon.com/sns/latest/api/API_',
  ssm: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_',
  stepfunctions: 'https://docs.aws.amazon.com/step-functions/latest/apireference/API_',
  sts: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_',
  tagging: 'https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_',
};

export function api(service: keyof typeof REFERENCES, operation: string): string {
  return `${REFERENCES[service]}${operation}.html`;
}

/** Answers of AWS itself, as LocalStack's tests recorded them: `recorded('s3/test_s3', 'test_delete_object')`. */
export function recorded(file: string, test: string): string {
  return `https://github.com/localstack/localstack/blob/main/tests/aws/services/${file}.snapshot.json (${test})`;
}

/** The rows of one service: `call('PutObject', { Bucket: 'plain' }, { code: 'NoSuchBucket' }, source)`. */
export function callsOf(service: string) {
  return (
    operation: string,
    parameters: Readonly<Record<string, unknown>>,
    gives: CallRow['gives'],
    source = api(service, operation),
  ): CallRow => ({ service, operation, parameters, gives, source });
}
