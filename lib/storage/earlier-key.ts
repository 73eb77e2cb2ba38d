import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface EarlierKeyProps {
  readonly arn: string;
  /** What the deployment that made the key gave it: the watch compares it. */
  readonly policy: PolicyDocument;
}

/** The vault's key of an earlier deployment. It belongs to no stack. */
export class EarlierKey extends Construct {
  readonly key: IKey;
  readonly policy: PolicyDocument;

  constructor(scope: Construct, id: string, { arn, policy }: EarlierKeyProps) {
    super(scope, id);
    this.key = Key.fromKeyArn(this, 'Key', arn);
    this.policy = policy;
  }
}
