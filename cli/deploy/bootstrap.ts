import { doctorAws } from '../../adapters/aws/doctor/doctor-aws.ts';
import { seenStack } from '../../adapters/aws/seen-stack.ts';
import { isBootstrapped } from '../../core/doctor/account-findings.ts';
import { AppError } from '../../core/model/errors.ts';
import { consents } from '../terminal/agreed.ts';
import type { CdkToolkit } from './cdk-toolkit.ts';
import type { Half } from './halves.ts';

/** The stack that `cdk bootstrap` makes, and the qualifier in the names of its roles. */
const BOOTSTRAP_STACK = 'CDKToolkit';
const QUALIFIER = 'hnb659fds';

/**
 * The regions that have to be bootstrapped first. If the credentials may not see it, the CDK's toolkit finds out itself.
 * @throws AppError `NotBootstrapped` if the stacks cannot use the CDK bootstrap stack of a region
 */
export async function notBootstrapped(halves: readonly Half[]): Promise<readonly string[]> {
  const missing = await Promise.all(halves.map(async (half) => ((await isMissing(half)) ? [half] : [])));
  return missing.flat().map(environmentOf);
}

const environmentOf = ({ account, region }: Half): string => `aws://${account}/${region}`;

async function isMissing(half: Half): Promise<boolean> {
  try {
    const version = await doctorAws(half.region).bootstrapVersion();
    if (version !== undefined) refuseOlder(half, version);
    else await refuseOtherQualifier(half);
    return version === undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === 'AccessDenied') return false;
    throw error;
  }
}

/** Others may deploy with that stack: to change it is for its owner. */
function refuseOlder(half: Half, version: string): void {
  if (isBootstrapped(version)) return;
  throw new AppError(
    'NotBootstrapped',
    `the CDK's bootstrap stack in account ${half.account}, region ${half.region}, has version ${version}, which is too old; upgrade it with: npx cdk bootstrap ${environmentOf(half)}`,
  );
}

async function refuseOtherQualifier(half: Half): Promise<void> {
  const stack = await seenStack(half.region, BOOTSTRAP_STACK);
  const { Qualifier: qualifier } = stack?.parameters ?? {};
  if (qualifier === undefined || qualifier === QUALIFIER) return;
  throw new AppError(
    'NotBootstrapped',
    `account ${half.account}, region ${half.region}, is bootstrapped with the qualifier '${qualifier}', but the stacks use the CDK's default, '${QUALIFIER}'; add a second bootstrap stack with: npx cdk bootstrap ${environmentOf(half)} --toolkit-stack-name CDKToolkit-${QUALIFIER} --qualifier ${QUALIFIER}`,
  );
}

/** Asks, and bootstraps. @returns false if the person refuses */
export async function bootstrap(
  environments: readonly string[],
  toolkit: CdkToolkit,
  yes: boolean,
): Promise<boolean> {
  if (environments.length === 0) return true;
  console.error(
    [
      `The CDK is not bootstrapped in ${environments.join(' and ')}.`,
      `Bootstrapping creates the stack ${BOOTSTRAP_STACK} there: a bucket and a repository for files, and roles that deploy.`,
      'CloudFormation’s role gets the policy AdministratorAccess. To choose another one, bootstrap with: npx cdk bootstrap --cloudformation-execution-policies',
    ].join('\n'),
  );
  const add = '--yes to bootstrap and deploy without asking';
  if (!(await consents({ question: 'Bootstrap?', given: yes, add }))) return false;
  await toolkit.bootstrap(environments);
  return true;
}
