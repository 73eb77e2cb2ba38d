import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface GivenKeyProps {
  /** Or its ARN. */
  readonly key: IKey | string;
  /** What an earlier deployment of Redrill gave the key: the watch compares it. @default the policy is the user's own */
  readonly policy?: PolicyDocument;
}

/** A key for the vault that its stack does not make. */
export class GivenKey extends Construct {
  readonly key: IKey;
  readonly policy: PolicyDocument | undefined;

  constructor(scope: Construct, id: string, { key, policy }: GivenKeyProps) {
    super(scope, id);
    this.key = typeof key === 'string' ? Key.fromKeyArn(this, 'Key', key) : key;
    this.policy = policy;
  }
}
