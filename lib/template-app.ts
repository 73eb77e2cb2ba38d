import {
  type App,
  CfnParameter,
  DefaultStackSynthesizer,
  type FileAssetLocation,
  FileAssetPackaging,
  type FileAssetSource,
  Fn,
  type IStackSynthesizer,
} from 'aws-cdk-lib';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { type RedrillAppProps, redrillApp } from './app.ts';
import { SourceStack, VaultStack } from './stacks.ts';

/** Parameters of the templates that are deployed without the CDK. */
export const PARAMETERS = {
  assetBucket: 'AssetBucket',
  assetPrefix: 'AssetPrefix',
  alertEmail: 'AlertEmail',
} as const;

/** The folder of the Lambdas' code; a console that uploads a folder keeps its name. */
export const ASSETS = 'assets';

/** As the CDK names the folder of an asset in the cloud assembly. */
export const ASSET_FOLDER = 'asset.';

/**
 * The two stacks as templates that CloudFormation alone deploys: parameters say where the Lambdas' code is, and which
 * address gets alerts if the configuration has none.
 */
export function templateApp(props: Omit<RedrillAppProps, 'synthesizer'>): App {
  // The CDK's own declarations of the two disagree under exactOptionalPropertyTypes.
  const app = redrillApp({ ...props, synthesizer: () => new CodeByParameter() as IStackSynthesizer });
  for (const stack of app.node.children) {
    if (stack instanceof SourceStack) addParameters(stack, stack.source, props);
    if (stack instanceof VaultStack) addParameters(stack, stack.vault, props);
  }
  return app;
}

function addParameters(
  stack: SourceStack | VaultStack,
  { alertTopic }: SourceStack['source'] | VaultStack['vault'],
  { config: { alerts } }: Pick<RedrillAppProps, 'config'>,
): void {
  new CfnParameter(stack, PARAMETERS.assetBucket, {
    description: `Bucket of yours in ${stack.region} with the files of the folder ${ASSETS}. Create this stack in ${stack.region}.`,
    allowedPattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]',
    constraintDescription: 'The name of a bucket, without s3://',
  });
  new CfnParameter(stack, PARAMETERS.assetPrefix, {
    description: 'What stands before the name of each file in that bucket.',
    default: `${ASSETS}/`,
    allowedPattern: '|[^/].*/',
    constraintDescription:
      'Empty, or a prefix that ends with a slash and does not begin with one, as assets/',
  });
  if (alerts.emails.length > 0) return;
  const email = new CfnParameter(stack, PARAMETERS.alertEmail, {
    description: 'Who gets the alerts. SNS sends a message to confirm the address.',
    allowedPattern: '[^@\\s]+@[^@\\s]+\\.[^@\\s]+',
    constraintDescription: 'An e-mail address, as name@example.com',
  });
  alertTopic.addSubscription(new EmailSubscription(email.valueAsString));
}

/** The code of a Lambda is `<prefix><hash>.zip` in the bucket that the parameters name. */
class CodeByParameter extends DefaultStackSynthesizer {
  constructor() {
    super({ generateBootstrapVersionRule: false });
  }

  override addFileAsset(asset: FileAssetSource): FileAssetLocation {
    const location = super.addFileAsset(asset);
    // The template itself is an asset too.
    if (asset.packaging !== FileAssetPackaging.ZIP_DIRECTORY) return location;
    const bucketName = Fn.ref(PARAMETERS.assetBucket);
    const objectKey = Fn.join('', [Fn.ref(PARAMETERS.assetPrefix), `${asset.sourceHash}.zip`]);
    return {
      bucketName,
      objectKey,
      httpUrl: `https://s3.${this.boundStack.region}.amazonaws.com/${bucketName}/${objectKey}`,
      s3ObjectUrl: `s3://${bucketName}/${objectKey}`,
    };
  }
}
