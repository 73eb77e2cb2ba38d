import type { PolicyDocument } from '../iam/policy.ts';

/** Who calls: an IAM role's session, an account's administrator (the person at the terminal), or an AWS service. */
export interface Principal {
  readonly kind: 'role' | 'administrator' | 'service';
  /** Role ARN, `arn:aws:iam::<account>:root`, or a service principal such as `scheduler.amazonaws.com`. */
  readonly arn: string;
  readonly account: string;
  /** For a service: the resource on whose behalf it calls (`aws:SourceArn`), for example the alarm that fired. */
  readonly sourceArn?: string;
  /** For a role's session that was taken on through STS: its name. */
  readonly sessionName?: string;
}

/** One thing an operation is about to do, put to IAM before it is done. */
export interface AuthorizationRequest {
  /** For example `s3:PutObject`. */
  readonly action: string;
  /** ARN, or `*` where the action has no resource-level permissions. */
  readonly resource: string;
  /** The account that owns the resource. @default the caller's */
  readonly resourceAccount?: string;
  /** Condition keys and values of this request, for example `{ 's3:prefix': 'registry/' }`. */
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
  /** Bucket, key or topic policy attached to the resource, if it has one. */
  readonly resourcePolicy?: PolicyDocument | undefined;
}

/** One call to one operation. */
export interface Call {
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly principal: Principal;
  /** Virtual time, ms since the epoch. */
  readonly now: number;
  /** Throws a {@link ServiceError} `AccessDenied` unless IAM allows it; records the decision either way. */
  authorize(request: AuthorizationRequest): void;
  /** The same call, made in turn by another principal (a service acting for itself, or with a role it was passed). */
  as(principal: Principal): Call;
}

/** What AWS answers when it refuses. `code` is the wire code that clients match on. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape, for example `{ BucketName }`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** The local AWS does not model this; naming it beats pretending. Reaches the caller as HTTP 501. */
export class NotModelledError extends ServiceError {
  constructor(what: string) {
    super(
      'NotModelled',
      `the local AWS does not model ${what}; packages/local-aws/README.md lists what it does`,
      501,
    );
  }
}

/**
 * One operation: input and output are the SDK's own shapes (`CreateSnapshotCommandInput`,
 * `CreateSnapshotCommandOutput` less `$metadata`), whichever front the call came through.
 */
// biome-ignore lint/suspicious/noExplicitAny: operations of one service have unrelated input types; each narrows its own
export type Operation = (input: any, call: Call) => Promise<object>;

/** A modelled service: its operations, by the SDK's command name without `Command`. All others are refused by name. */
export interface Service {
  /** SigV4 signing name: `elasticache`, `s3`, `sns`, `states`, `ssm`, `route53`, `kms`, `tagging`, `scheduler`, `lambda`, `monitoring`, `sts`. */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
}
