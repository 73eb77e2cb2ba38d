import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { useRecommendedFlags } from './feature-flags.ts';
import type { RedrillProps } from './props.ts';
import { RedrillSource } from './redrill-source.ts';
import { RedrillVault } from './redrill-vault.ts';

export const SOURCE_STACK = 'redrill-source';
export const VAULT_STACK = 'redrill-vault';

/** The CDK leaves this id out of logical ids, which are then those of a stack without a construct between. */
const UNNAMED = 'Default';

/** A stack with the half beside the caches, and nothing else. */
export class SourceStack extends Stack {
  readonly source: RedrillSource;

  constructor(scope: Construct, props: RedrillProps, stackProps: StackProps) {
    super(scope, SOURCE_STACK, {
      description: 'Redrill, beside the caches: snapshots, exports and the landing bucket',
      ...stackProps,
    });
    useRecommendedFlags(this);
    this.source = new RedrillSource(this, UNNAMED, props);
  }
}

/** A stack with the half that survives, and nothing else. */
export class VaultStack extends Stack {
  readonly vault: RedrillVault;

  constructor(scope: Construct, props: RedrillProps, stackProps: StackProps) {
    super(scope, VAULT_STACK, {
      description: 'Redrill, where the copies are: vault, ingest, restore drills and the watch',
      ...stackProps,
    });
    useRecommendedFlags(this);
    this.vault = new RedrillVault(this, UNNAMED, props);
  }
}
