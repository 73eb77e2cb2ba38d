import { App, DefaultStackSynthesizer, type IStackSynthesizer, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Config } from '../core/contracts/config.ts';
import { accountsOf } from './config.ts';
import { FEATURE_FLAGS } from './feature-flags.ts';
import type { BuiltLambdas } from './lambda/bundles.ts';
import { environment } from './redrill.ts';
import { refuseTooLarge } from './size-limits.ts';
import { SourceStack, VaultStack } from './stacks.ts';

export { SOURCE_STACK, VAULT_STACK } from './stacks.ts';

export interface RedrillAppProps {
  readonly config: Config;
  /** Built Lambdas. @default those of this installation */
  readonly lambdas?: BuiltLambdas;
  /** Account of the credentials that deploy. @default chosen at deployment */
  readonly deployer?: string;
  /** Folder of the cloud assembly. @default what the CDK CLI says, else cdk.out */
  readonly outdir?: string;
  /** Whether the CDK and cdk-nag check the templates, which takes five seconds. @default true */
  readonly checked?: boolean;
  /** Says where the deployment of each stack finds the Lambdas' code. @default the CDK's bootstrap bucket */
  readonly synthesizer?: () => IStackSynthesizer;
}

/**
 * The two stacks, with the same feature flags whether the CDK CLI or a test synthesises them.
 * @throws AppError `BadConfig` if a policy or another document would be larger than AWS takes
 */
export function redrillApp(options: RedrillAppProps): App {
  const { config, lambdas, deployer, outdir, checked = true, synthesizer = forBootstrap } = options;
  const app = new App({
    // Version reporting would add a resource whose content changes with every release of the CDK.
    analyticsReporting: false,
    context: FEATURE_FLAGS,
    builtinCloudFormationValidation: checked,
    ...(outdir === undefined ? {} : { outdir }),
  });
  const accounts = accountsOf(config, deployer);
  const props = { ...config, deployer, lambdas };
  const placed = (half: 'source' | 'vault') => ({
    env: environment(config[half].region, accounts[half]),
    synthesizer: synthesizer(),
  });
  new SourceStack(app, props, placed('source'));
  new VaultStack(app, props, placed('vault'));
  refuseTooLarge(app);
  if (checked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** The CLI checks the version of the bootstrap stack itself, so the template needs no rule for it. */
function forBootstrap(): IStackSynthesizer {
  // The CDK's own declarations of the two disagree under exactOptionalPropertyTypes.
  return new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer;
}
