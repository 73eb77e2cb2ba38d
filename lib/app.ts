import { createRequire } from 'node:module';
import { App, DefaultStackSynthesizer, type IStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Config } from '../core/contracts/config.ts';
import { type Accounts, accountsOf } from './config.ts';
import type { Bundles } from './lambda/bundles.ts';
import { refuseTooLarge } from './size-limits.ts';
import { SourceStack } from './source-stack.ts';
import { VaultStack } from './vault-stack.ts';

// Not an import of JSON, of which Node 20 warns.
const featureFlags: Readonly<Record<string, unknown>> = createRequire(import.meta.url)(
  'aws-cdk-lib/recommended-feature-flags.json',
);

export const SOURCE_STACK = 'redrill-source';
export const VAULT_STACK = 'redrill-vault';

export interface RedrillAppProps {
  readonly config: Config;
  readonly bundles: Bundles;
  /** Account of the credentials that deploy. @default chosen at deployment */
  readonly deployer?: string;
  /** Folder of the cloud assembly. @default what the CDK CLI says, else cdk.out */
  readonly outdir?: string;
  /** Whether the CDK and cdk-nag check the templates, which takes five seconds. @default true */
  readonly checked?: boolean;
}

/**
 * The two stacks, with the same feature flags whether the CDK CLI or a test synthesises them.
 * @throws AppError `BadConfig` if a policy or another document would be larger than AWS takes
 */
export function redrillApp({ config, bundles, deployer, outdir, checked = true }: RedrillAppProps): App {
  const app = new App({
    // Version reporting would add a resource whose content changes with every release of the CDK.
    analyticsReporting: false,
    context: featureFlags,
    builtinCloudFormationValidation: checked,
    ...(outdir === undefined ? {} : { outdir }),
  });
  const accounts = accountsOf(config, deployer);
  const shared = { config, accounts, bundles };
  const source = new SourceStack(app, SOURCE_STACK, {
    ...shared,
    ...placedIn(config.source.region, accounts.source),
    description: 'Redrill, beside the caches: snapshots, exports and the landing bucket',
  });
  const vault = new VaultStack(app, VAULT_STACK, {
    ...shared,
    ...placedIn(config.vault.region, accounts.vault),
    description: 'Redrill, where the copies are: vault, ingest, restore drills and the watch',
  });
  refuseTooLarge([source, vault]);
  if (checked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** The CLI checks the version of the bootstrap stack itself, so the template needs no rule for it. */
function placedIn(region: string, account: Accounts['source']) {
  return {
    env: { region, ...(account === undefined ? {} : { account }) },
    // The CDK's own declarations of the two disagree under exactOptionalPropertyTypes.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
  };
}
