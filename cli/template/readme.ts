import type { Config } from '../../core/contracts/config.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import { ownPlans } from '../../core/contracts/rehearsal.ts';
import { VERSION } from '../../core/model/version.ts';
import { SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import { ASSETS, PARAMETERS } from '../../lib/template-app.ts';

/** The steps from the files to a deployment, with the regions and plans of a configuration. */
export function readme(config: Config): string {
  const { source, vault, alerts } = config;
  return `# Deploy Redrill with CloudFormation

Redrill ${VERSION}: backups of the caches in ${source.region}, copied to ${vault.region} and proven there. These files need neither Node nor the CDK. Use the AWS CLI, version 2, or the console.

Replace \`SOURCE-BUCKET\` and \`VAULT-BUCKET\` by the names of two buckets of yours${alerts.emails.length > 0 ? '' : ', and `on-call@example.com` by the address that gets the alerts'}.${accountsText(config)}

1. Create a bucket in each region, or use buckets that you have. Lambda reads the code of functions only from a bucket in its own region.

   \`\`\`sh
   aws s3 mb s3://SOURCE-BUCKET --region ${source.region}
   aws s3 mb s3://VAULT-BUCKET --region ${vault.region}
   \`\`\`

2. Upload the folder \`${ASSETS}\` to both. In the console of S3: *Upload*, *Add folder*.

   \`\`\`sh
   aws s3 cp ${ASSETS} s3://SOURCE-BUCKET/${ASSETS} --recursive --region ${source.region}
   aws s3 cp ${ASSETS} s3://VAULT-BUCKET/${ASSETS} --recursive --region ${vault.region}
   \`\`\`

3. Create the stack \`${SOURCE_STACK}\` in ${source.region}. In the console of CloudFormation: *Create stack*, *Upload a template file*, and acknowledge that it creates IAM resources with custom names.

   \`\`\`sh
${deployText(config, 'source', SOURCE_STACK)}
   \`\`\`

4. Create the stack \`${VAULT_STACK}\` in ${vault.region} likewise.

   \`\`\`sh
${deployText(config, 'vault', VAULT_STACK)}
   \`\`\`

5. Confirm the subscription in each of the e-mails that arrive, one from each region. Then tag the caches (replication groups, or single-node clusters) with a plan. The first backup is due at the plan's next slot, counted from midnight UTC.

   \`\`\`sh
   aws elasticache add-tags-to-resource --region ${source.region} --resource-name arn:aws:elasticache:${source.region}:111122223333:replicationgroup:orders --tags Key=redrill:plan,Value=${planNames(config)[0] ?? ''}
   \`\`\`

   Plans: ${planNames(config).join(', ')}.

To upgrade, or to change the configuration, do steps 2 to 4 again with the new files. Uploads do not replace earlier files, whose names are hashes of their content.

Nothing here has run on AWS yet, only on a local AWS.
`;
}

function planNames({ plans }: Config): readonly string[] {
  return ownPlans(plans).flatMap(([name, plan]) => (isProtected(plan) ? name : []));
}

function accountsText({ account, vault }: Config): string {
  if (vault.account === undefined || vault.account === account) return '';
  return ` What is in ${vault.region} belongs in the account ${vault.account}, and everything else in ${account}: call each command with credentials of its account.`;
}

function deployText({ alerts, ...config }: Config, half: 'source' | 'vault', stack: string): string {
  const bucket = `${half.toUpperCase()}-BUCKET`;
  const email = alerts.emails.length > 0 ? '' : ` ${PARAMETERS.alertEmail}=on-call@example.com`;
  return [
    `aws cloudformation deploy --region ${config[half].region} --stack-name ${stack} \\`,
    `  --template-file ${stack}.template.json --s3-bucket ${bucket} \\`,
    `  --parameter-overrides ${PARAMETERS.assetBucket}=${bucket}${email} \\`,
    '  --capabilities CAPABILITY_NAMED_IAM',
  ]
    .map((line) => `   ${line}`)
    .join('\n');
}
