import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, test } from 'vitest';
import { genericConfig } from '../../cli/template/generic-config.ts';
import { writeTemplates } from '../../cli/template/write-templates.ts';
import type { Config } from '../../core/contracts/config.ts';
import { templateApp } from '../../lib/template-app.ts';
import { Apps } from './apps.ts';
import { demoConfig } from './configurations.ts';
import { resourcesOf, synthesised, type Template } from './synthesised.ts';

const apps = new Apps();
const folder = mkdtempSync(join(tmpdir(), 'redrill-template-app-'));
afterAll(() => {
  apps.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface ParameterTemplate extends Template {
  readonly Parameters: Readonly<
    Record<string, { readonly AllowedPattern: string; readonly Default?: string }>
  >;
}

let count = 0;
function written(config: Config) {
  count += 1;
  const out = join(folder, String(count));
  writeTemplates({ config, out, lambdas: apps.lambdas, checked: false });
  const read = (file: string) => readFileSync(join(out, file), 'utf8');
  const template = (half: string): ParameterTemplate => JSON.parse(read(`redrill-${half}.template.json`));
  return { out, source: template('source'), vault: template('vault'), readme: read('README.md') };
}

/** Without where the Lambdas' code is. */
const withoutCode = (template: Template) =>
  Object.fromEntries(
    Object.entries(template.Resources).map(([id, { Properties, ...resource }]) => {
      const { Code: _, ...properties } = Properties ?? {};
      return [
        id,
        { ...resource, Properties: resource.Type === 'AWS::Lambda::Function' ? properties : Properties },
      ];
    }),
  );

describe('of a configuration', () => {
  const { out, source, vault, readme } = written(demoConfig);

  test.each([
    ['source', source],
    ['vault', vault],
  ] as const)('the template of the %s is the stack, but for where the code is', (half, template) => {
    expect(withoutCode(template)).toEqual(withoutCode(synthesised('no account')[half]));
    expect(Object.keys(template.Parameters).sort()).toEqual(['AssetBucket', 'AssetPrefix']);
  });

  test('every function has its code among the assets, and no asset is left over', () => {
    const files = new Set<string>();
    for (const template of [source, vault])
      for (const { Properties } of resourcesOf(template, 'AWS::Lambda::Function')) {
        const [bucket, key] = [Properties.Code.S3Bucket, Properties.Code.S3Key];
        expect(bucket).toEqual({ Ref: 'AssetBucket' });
        const [, [prefix, file]] = key['Fn::Join'];
        expect(prefix).toEqual({ Ref: 'AssetPrefix' });
        files.add(file);
      }
    expect(readdirSync(join(out, 'assets')).sort()).toEqual([...files].sort());
  });

  test('the templates are small enough for CloudFormation, which reads them from S3', () => {
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (checked 2026-11-24)
    for (const half of ['source', 'vault'])
      expect(statSync(join(out, `redrill-${half}.template.json`)).size).toBeLessThan(1024 ** 2 / 2);
  });

  test('the steps name its regions, and no address', () => {
    expect(readme).toContain('aws s3 mb s3://SOURCE-BUCKET --region eu-west-1');
    expect(readme).toContain('--region eu-central-1 --stack-name redrill-vault');
    expect(readme).not.toContain('AlertEmail');
  });
});

describe('of two regions', () => {
  const config = genericConfig({ source: 'us-east-1', vault: 'us-west-2' });
  const { source, vault, readme } = written(config);

  test('the parameter AlertEmail gets the alerts of both, and the watch expects its address', () => {
    for (const template of [source, vault]) {
      const [subscription, ...others] = resourcesOf(template, 'AWS::SNS::Subscription');
      expect(others).toEqual([]);
      expect(subscription?.Properties).toMatchObject({ Protocol: 'email', Endpoint: { Ref: 'AlertEmail' } });
      const variables = resourcesOf(template, 'AWS::Lambda::Function').flatMap(({ Properties }) =>
        Object.values(Properties.Environment?.Variables ?? {}),
      );
      expect(variables).toContainEqual({ Ref: 'AlertEmail' });
    }
    expect(readme).toContain('AlertEmail=on-call@example.com');
  });

  test('parameters take what fits, and nothing else', () => {
    const takes = (name: string, value: string) =>
      new RegExp(`^(?:${source.Parameters[name]?.AllowedPattern})$`).test(value);
    expect(['', 'assets/', 'some/place/'].filter((each) => !takes('AssetPrefix', each))).toEqual([]);
    expect(['assets', '/assets/', '/'].filter((each) => takes('AssetPrefix', each))).toEqual([]);
    expect(source.Parameters.AssetPrefix?.Default).toBe('assets/');
    expect(takes('AssetBucket', 'files.of-us')).toBe(true);
    expect(['s3://files', 'Files', 'ab'].filter((each) => takes('AssetBucket', each))).toEqual([]);
    expect(takes('AlertEmail', 'on-call@example.com')).toBe(true);
    expect(['', 'on-call', 'a b@example.com'].filter((each) => takes('AlertEmail', each))).toEqual([]);
  });

  test('cdk-nag finds nothing', () => {
    const outdir = mkdtempSync(join(folder, 'cdk-'));
    const app = templateApp({ config, lambdas: apps.lambdas, outdir, checked: false });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });
});
