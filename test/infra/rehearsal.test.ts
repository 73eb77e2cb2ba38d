import { expect, test } from 'vitest';
import { REHEARSAL_LASTS_AT_MOST_SECONDS } from '../../core/model/rehearsal.ts';
import { flat, resource, resourcesOf, synthesised } from './synthesised.ts';

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

test('no rehearsal lasts longer than its cache may be there unreported', () => {
  const timeouts = [source, vault]
    .flatMap((each) => resourcesOf(each, 'AWS::StepFunctions::StateMachine'))
    .map(({ Properties }): number => JSON.parse(flat(Properties.DefinitionString)).TimeoutSeconds);
  expect(timeouts).toHaveLength(3);
  const hours = 1 + timeouts.reduce((sum, seconds) => sum + seconds / 3_600, 0);
  expect(REHEARSAL_LASTS_AT_MOST_SECONDS).toBe(hours * 3_600);
});
