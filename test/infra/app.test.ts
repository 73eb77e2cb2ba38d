import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { redrillApp } from '../../lib/app.ts';
import { CONFIGURATIONS, type ConfigurationName } from './configurations.ts';
import { synthesised } from './synthesised.ts';

describe('cdk-nag', () => {
  it.each(Object.keys(CONFIGURATIONS) as ConfigurationName[])('finds nothing in either stack: %s', (name) => {
    expect(synthesised(name).report.pluginReports).toEqual([]);
  });

  it('would find something: a bucket as the CDK makes it', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Plain'), 'Bucket');
    const { success } = new AwsSolutionsChecks(app).validateScope(app);
    expect(success).toBe(false);
  });
});

describe('redrillApp', () => {
  it('with a vault in another account needs the source’s', () => {
    const { config } = CONFIGURATIONS['vault account'];
    const bundles = { folder: () => '' };
    expect(() => redrillApp({ config, bundles })).toThrow(/set account in redrill.config.ts/);
    expect(synthesised('vault account').vault).toBeDefined();
  });
});
