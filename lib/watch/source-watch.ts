import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EXPECTED_FILE } from '../../core/contracts/settings.ts';
import { elastiCacheArn } from '../arns.ts';
import type { Bundles } from '../lambda/bundles.ts';
import { CodeAfterStack } from '../lambda/code-after-stack.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import type { Permission } from '../permissions.ts';
import { EVERY_15_MINUTES } from '../schedule/cadence.ts';
import type { Schedules } from '../schedule/schedules.ts';
import { Store } from '../storage/stores.ts';
import type { AlertTopic } from './alert-topic.ts';
import { expectedSettingsOf } from './expected-settings.ts';
import { readingSettings } from './reading-settings.ts';

export interface SourceWatchProps {
  readonly bundles: Bundles;
  readonly landingBucket: { readonly bucketName: string; readonly bucketArn: string };
  readonly alerts: AlertTopic;
  readonly schedules: Schedules;
}

const NOTICES = 'watch/*';

/** What compares the source region's settings with what was synthesised. */
export class SourceWatch extends Construct {
  readonly watchSource: LambdaFunction;
  readonly #code: CodeAfterStack;
  readonly #alerts: AlertTopic;

  constructor(scope: Construct, id: string, { bundles, landingBucket, alerts, schedules }: SourceWatchProps) {
    super(scope, id);
    this.#alerts = alerts;
    const landing = new Store(landingBucket.bucketArn);
    this.#code = new CodeAfterStack(bundles.folder('watch-source'));
    this.watchSource = new LambdaFunction(this, 'WatchSource', {
      name: 'watch-source',
      description: 'Tells people when a setting is not what was deployed; notes which caches are there.',
      bundles,
      code: this.#code,
      environment: {
        landingBucket: landingBucket.bucketName,
        account: Stack.of(this).account,
        alertKey: alerts.keyArn,
        ...alerts.environment,
      },
      permissions: [
        landing.list(),
        ...landing.read(NOTICES),
        ...landing.write(NOTICES),
        ...this.#seeingCaches(),
        ...readingSettings(Stack.of(this), { buckets: [landing], keyArns: [alerts.keyArn], alerts }),
        ...alerts.publishing,
      ],
    });
    schedules.add({
      name: 'watch-source',
      description: 'Looks at the source region’s settings and caches.',
      cron: EVERY_15_MINUTES,
      invoke: this.watchSource,
      usefulFor: Duration.minutes(15),
    });
  }

  #seeingCaches(): readonly Permission[] {
    return [
      {
        actions: ['tag:GetResources'],
        resources: ['*'],
        because: 'The tagging API has no resource types.',
      },
      {
        actions: ['elasticache:DescribeReplicationGroups'],
        resources: [elastiCacheArn(this, 'replicationgroup', '*')],
        because: 'Which caches carry the tag is only known when they are looked for.',
      },
    ];
  }

  /** Needed once, when everything else is in the stack. */
  expectStackAsItIs(): void {
    const expected = expectedSettingsOf(Stack.of(this), this.watchSource.variables, this.#alerts.otherSide);
    this.#code.complete({ name: EXPECTED_FILE, content: `${JSON.stringify(expected, undefined, 2)}\n` });
  }
}
