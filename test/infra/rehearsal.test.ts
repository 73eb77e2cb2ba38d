import { expect, test } from 'vitest';
import { resource, resourcesOf, synthesised } from './synthesised.ts';

const { source, vault } = synthesised();

test('no schedule runs the plan of rehearsals', () => {
  const schedules = [source, vault].flatMap((each) => resourcesOf(each, 'AWS::Scheduler::Schedule'));
  expect(schedules.length).toBeGreaterThan(5);
  expect(JSON.stringify(schedules)).not.toContain('rehearsal');
});

test('the vault expires what a rehearsal has released when the bucket’s own lock ends', () => {
  const { LifecycleConfiguration } = resource(vault, 'AWS::S3::Bucket', 'VaultBucket').Properties;
  const rules: readonly { readonly Id: string }[] = LifecycleConfiguration.Rules;
  expect(rules.filter(({ Id }) => Id.includes('rehearsal'))).toMatchObject([
    { Id: 'expire-hourly-rehearsal', Prefix: 'hourly/', ExpirationInDays: 1 },
  ]);
});
