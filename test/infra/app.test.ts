import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { redrillApp, SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import { CONFIGURATIONS, type ConfigurationName } from './configurations.ts';
import { countingRules } from './nag-rules.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

/** AwsSolutions has some 160 rules, most of them for services that are not used here; every rule sees every resource. */
const RULES_AT_LEAST = 100;

describe('cdk-nag', () => {
  it.each(Object.keys(CONFIGURATIONS) as ConfigurationName[])(
    'applied its rules to the resources of both stacks: %s',
    (name) => {
      const { nagRules } = synthesised(name);
      expect(Object.keys(nagRules).sort()).toEqual([SOURCE_STACK, VAULT_STACK]);
      for (const packs of Object.values(nagRules)) {
        expect(packs.AwsSolutions ?? 0).toBeGreaterThan(RULES_AT_LEAST);
      }
    },
  );

  it('is counted as not applied when no pack is registered', () => {
    const rules = countingRules(() => {
      const app = new App({ builtinCloudFormationValidation: false });
      new Bucket(new Stack(app, 'Plain'), 'Bucket');
      app.synth();
    });
    expect(rules).toEqual({});
  });

  it.each(Object.keys(CONFIGURATIONS) as ConfigurationName[])('finds nothing in either stack: %s', (name) => {
    const { pluginReports } = synthesised(name).report;
    expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('would find something: a bucket as the CDK makes it', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Plain'), 'Bucket');
    const { success } = new AwsSolutionsChecks(app).validateScope(app);
    expect(success).toBe(false);
  });
});

describe('docs/guarantees.md', () => {
  it('states the longest time and the most memory that a function is given', () => {
    const { source, vault } = synthesised();
    const functions = [source, vault].flatMap((template) => resourcesOf(template, 'AWS::Lambda::Function'));
    const most = (property: string) => Math.max(...functions.map(({ Properties }) => Properties[property]));
    const memory = most('MemorySize').toLocaleString('en-GB');
    expect(readFileSync(join(import.meta.dirname, '../../docs/guarantees.md'), 'utf8')).toContain(
      `| Lambda allows a timeout of ${most('Timeout') / 60} minutes and ${memory} MB of memory |`,
    );
  });
});

describe('redrillApp', () => {
  it('with a vault in another account needs the source’s', () => {
    const { config } = CONFIGURATIONS['vault account'];
    const lambdas = { folder: () => '' };
    expect(() => redrillApp({ config, lambdas })).toThrow(/set account in the configuration/);
    expect(synthesised('vault account').vault).toBeDefined();
  });
});
