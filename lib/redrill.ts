import { type StackProps, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { accountsOf } from './config.ts';
import type { ProtectOptions } from './half.ts';
import { type RedrillProps, readProps } from './props.ts';
import type { RedrillSource } from './redrill-source.ts';
import type { RedrillVault } from './redrill-vault.ts';
import { SOURCE_STACK, SourceStack, VAULT_STACK, VaultStack } from './stacks.ts';

export interface BothProps extends RedrillProps {
  /** What both stacks get, such as tags or a permissions boundary. @default nothing */
  readonly stackProps?: Omit<StackProps, 'env' | 'stackName'> | undefined;
}

/** Both halves, each in a stack of its own: `redrill-source` in the region of the caches, `redrill-vault` in the vault's. */
export class Redrill extends Construct {
  readonly source: RedrillSource;
  readonly vault: RedrillVault;

  /** @throws AppError `BadConfig` that lists every wrong property */
  constructor(scope: Construct, id: string, { stackProps, ...props }: BothProps) {
    super(scope, id);
    const deployer = props.deployer ?? Stage.of(this)?.account;
    const { config } = readProps(props, this.node.path);
    const accounts = accountsOf(config, deployer);
    const shared = { ...props, deployer };
    const placed = (half: 'source' | 'vault', stackName: string): StackProps => ({
      ...stackProps,
      stackName,
      env: environment(config[half].region, accounts[half]),
    });
    this.source = new SourceStack(this, shared, placed('source', SOURCE_STACK)).source;
    this.vault = new VaultStack(this, shared, placed('vault', VAULT_STACK)).vault;
  }

  /**
   * Protects a cache, as `caches` does.
   * @param cache id of a replication group
   * @throws AppError `BadConfig` if there is no such plan, or the cache is on another one
   */
  protect(cache: string, options: ProtectOptions): void {
    for (const half of [this.source, this.vault]) half.protect(cache, options);
  }
}

/** @param account @default chosen at deployment */
export function environment(region: string, account: string | undefined) {
  return { region, ...(account === undefined ? {} : { account }) };
}
