import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { WATCH_EVERY_MS } from '../../core/model/periods.ts';
import { seeCaches } from '../find-caches.ts';
import type { Bundles } from '../lambda/bundles.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import { WATCH_CRON } from '../schedule/cadence.ts';
import type { Schedules } from '../schedule/schedules.ts';
import { Store } from '../storage/stores.ts';
import type { AlertTopic } from './alert-topic.ts';
import { expectedFile } from './expected-settings.ts';
import { readingSettings } from './reading-settings.ts';

export interface SourceWatchProps {
  readonly bundles: Bundles;
  readonly landingBucket: { readonly bucketName: string; readonly bucketArn: string };
  readonly alerts: AlertTopic;
  readonly schedules: Schedules;
  /** What of the names in policies only the deployment knows. */
  readonly references: readonly string[];
}

const NOTICES = 'watch/*';

/** What compares the source region's settings with what was synthesised. */
export class SourceWatch extends Construct {
  readonly watchSource: LambdaFunction;

  constructor(scope: Construct, id: string, props: SourceWatchProps) {
    super(scope, id);
    const { bundles, landingBucket, alerts, schedules, references } = props;
    const landing = new Store(landingBucket.bucketArn);
    const { otherSide, channels } = alerts;
    this.watchSource = new LambdaFunction(this, 'WatchSource', {
      name: 'watch-source',
      description: 'Tells people when a setting is not what was deployed; notes which caches are there.',
      bundles,
      code: bundles.code('watch-source', () => [
        expectedFile({ scope, watcher: this.watchSource, otherSide, eventBus: channels.eventBus }),
      ]),
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
        ...seeCaches(this),
        ...readingSettings(Stack.of(this), { buckets: [landing], keyArns: [alerts.keyArn], alerts }),
        ...alerts.publishing,
      ],
    });
    for (const each of references) this.watchSource.variableFor(each);
    schedules.add({
      name: 'watch-source',
      description: 'Looks at the source region’s settings and caches.',
      cron: WATCH_CRON,
      invoke: this.watchSource,
      usefulFor: Duration.millis(WATCH_EVERY_MS),
    });
  }
}
