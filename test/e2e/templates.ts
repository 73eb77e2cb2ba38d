import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  ExecuteChangeSetCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { LocalAws } from '@redrill/local-aws';
import type { DeployedStack } from '@redrill/local-aws/cloudformation';
import { inject } from 'vitest';
import { writeTemplates } from '../../cli/template/write-templates.ts';
import type { Aliases } from '../../core/contracts/aliases.ts';
import type { Config, ConfigInput } from '../../core/contracts/config.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import { builtIn } from '../../lib/lambda/bundles.ts';
import demo from '../../redrill.config.ts';
import type { WorldOptions } from './world.ts';

/** Of the parameter AlertEmail. */
export const ADDRESS = 'parameter@example.com';

/** What the demo's configuration does not have. */
interface Named {
  readonly aliases?: Aliases;
  readonly servers?: ConfigInput['servers'];
}

/** A world that CloudFormation deployed from what `redrill template` writes, as its README.md says. */
export function asTemplates({ aliases = {}, servers = {} }: Named = {}): WorldOptions {
  const config = parseConfig({
    ...demo,
    source: { ...demo.source, aliases },
    servers,
    alerts: { ...demo.alerts, emails: [] },
  });
  return {
    deployed: { folder: inject('assembly'), config },
    deploy: async (aws) => {
      const folder = mkdtempSync(join(tmpdir(), 'redrill-templates-'));
      try {
        writeTemplates({ config, out: folder, lambdas: builtIn(inject('bundles')), checked: false });
        await createStack(aws, { folder, region: config.source.region, StackName: SOURCE_STACK });
        await createStack(aws, { folder, region: config.vault.region, StackName: VAULT_STACK });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      return deployedOf(aws, config);
    },
  };
}

interface Wanted {
  readonly folder: string;
  readonly region: string;
  readonly StackName: string;
}

/** Uploads the files to a bucket of the region, and creates the stack by the template's URL. */
async function createStack(aws: LocalAws, { folder, region, StackName }: Wanted): Promise<void> {
  const environment = aws.environment(region);
  const credentials = {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  };
  const settings = { endpoint: aws.url, region, credentials, maxAttempts: 1 };
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const Bucket = `files-of-redrill-${region}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const assets = readdirSync(join(folder, 'assets')).map((file) => `assets/${file}`);
  for (const file of [`${StackName}.template.json`, ...assets])
    await s3.send(
      new PutObjectCommand({ Bucket, Key: `some/${file}`, Body: readFileSync(join(folder, file)) }),
    );
  const client = new CloudFormationClient(settings);
  const changeSet = { StackName, ChangeSetName: 'create' };
  const parameters = { AssetBucket: Bucket, AssetPrefix: 'some/assets/', AlertEmail: ADDRESS };
  await client.send(
    new CreateChangeSetCommand({
      ...changeSet,
      ChangeSetType: 'CREATE',
      TemplateURL: `${aws.url}/${Bucket}/some/${StackName}.template.json`,
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  await client.send(new ExecuteChangeSetCommand(changeSet));
  await waitUntilStackCreateComplete(
    { client, minDelay: 0.1, maxDelay: 0.1, maxWaitTime: 120 },
    { StackName },
  );
}

function deployedOf(aws: LocalAws, { source, vault }: Config): readonly DeployedStack[] {
  return aws.stacks.all.filter(({ region }) => [source.region, vault.region].includes(region));
}
