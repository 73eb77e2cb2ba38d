import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import { RUNBOOKS_FILE } from '../../core/contracts/runbooks.ts';
import { landingKeys, stagingKeys, vaultKeys } from '../../core/model/keys.ts';
import { WATCH_EVERY_MS } from '../../core/model/periods.ts';
import { DrillFence } from '../drill/fence.ts';
import { type Bundles, jsonText } from '../lambda/bundles.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import type { Permission } from '../permissions.ts';
import { readRunbooks } from '../runbooks.ts';
import { WATCH_CRON } from '../schedule/cadence.ts';
import type { Schedules } from '../schedule/schedules.ts';
import {
  FLEET,
  HISTORIES,
  POINT_DIGESTS,
  POINT_FILES,
  POINT_RECORDS,
  REGISTRY,
  RUNBOOK_PAGES,
  type Store,
} from '../storage/stores.ts';
import type { AlertTopic } from './alert-topic.ts';
import { expectedFile } from './expected-settings.ts';
import { readingSettings } from './reading-settings.ts';

export interface WatchProps {
  readonly config: Config;
  readonly bundles: Bundles;
  readonly stores: {
    readonly landing: Store;
    readonly landingBucket: string;
    readonly vault: Store;
    readonly vaultBucket: string;
    readonly vaultKeyArn: string;
    readonly staging: Store;
    readonly stagingBucket: string;
  };
  readonly alerts: AlertTopic;
  readonly schedules: Schedules;
  /** What of the names in policies only the deployment knows. */
  readonly references: readonly string[];
}

const WATCH_STATE = 'watch/*';
const STAGED = `${stagingKeys.drillsPrefix}*`;
/** Until the next event comes. */
const USEFUL_FOR = Duration.millis(WATCH_EVERY_MS);

/** What looks from outside, whatever the workflows do: is every cache inside its RPO, and is no drill left behind? */
export class Watch extends Construct {
  readonly watchVault: LambdaFunction;
  readonly publishFleet: LambdaFunction;
  readonly sweepDrills: LambdaFunction;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    this.watchVault = this.#createWatchVault(scope, props);
    for (const each of props.references) this.watchVault.variableFor(each);
    this.publishFleet = this.#createPublishFleet(props);
    this.sweepDrills = this.#createSweepDrills(props);
    props.schedules.add({
      name: 'watch-vault',
      description: 'Checks the age of every cache’s newest recovery point.',
      cron: WATCH_CRON,
      invoke: this.watchVault,
      usefulFor: USEFUL_FOR,
    });
    props.schedules.add({
      name: 'publish-fleet',
      description: 'Keeps the page of all protected caches up to date.',
      cron: WATCH_CRON,
      invoke: this.publishFleet,
      usefulFor: USEFUL_FOR,
    });
    props.schedules.add({
      name: 'sweep-drills',
      description: 'Deletes what drills have left behind.',
      cron: WATCH_CRON,
      invoke: this.sweepDrills,
      usefulFor: USEFUL_FOR,
    });
  }

  get scheduled(): readonly LambdaFunction[] {
    return [this.watchVault, this.publishFleet, this.sweepDrills];
  }

  /** @param scope what is watched */
  #createWatchVault(scope: Construct, { config, bundles, stores, alerts }: WatchProps): LambdaFunction {
    const { landing, landingBucket, vault, vaultBucket, vaultKeyArn, staging, stagingBucket } = stores;
    const parameter = config.heartbeat?.parameter;
    const { otherSide, channels } = alerts;
    return new LambdaFunction(this, 'WatchVault', {
      name: 'watch-vault',
      description:
        'Tells people when a promise of a plan is broken, or a setting changed; pings the heartbeat.',
      bundles,
      code: bundles.code('watch-vault', () => [
        expectedFile({ scope, watcher: this.watchVault, otherSide, eventBus: channels.eventBus }),
      ]),
      environment: {
        vaultBucket,
        stagingBucket,
        landingBucket,
        vaultKey: vaultKeyArn,
        account: Stack.of(this).account,
        alertKey: alerts.keyArn,
        ...alerts.environment,
        ...(parameter === undefined ? {} : { heartbeatParameter: parameter }),
      },
      permissions: [
        vault.list(),
        vault.listVersions(),
        ...vault.read(...REGISTRY, ...HISTORIES, ...POINT_RECORDS),
        vault.on(['s3:GetObjectTagging'], POINT_RECORDS),
        // Whether a replaced file was written back: the checksum of a shard's file, which S3 gives to whoever may read it.
        ...vault.read(...POINT_FILES, ...POINT_DIGESTS),
        ...vault.readVersions(...POINT_DIGESTS),
        staging.list(),
        ...staging.read(WATCH_STATE),
        ...staging.write(WATCH_STATE),
        landing.list(),
        ...landing.read(landingKeys.discovery),
        ...(parameter === undefined ? [] : [this.#readParameter(parameter)]),
        ...readingSettings(Stack.of(this), {
          buckets: [vault, staging],
          lockedBucket: vault,
          keyArns: [vaultKeyArn, alerts.keyArn],
          alerts,
        }),
        ...alerts.publishing,
      ],
    });
  }

  /**
   * Apart from watch-vault, though it looks at the same: a page that cannot be written must not cost an alert, and who
   * alerts needs no permission to write to the vault. Apart from record-drill, because ages change while nothing happens.
   */
  #createPublishFleet({ bundles, stores }: WatchProps): LambdaFunction {
    const { vault, vaultBucket, staging, stagingBucket } = stores;
    return new LambdaFunction(this, 'PublishFleet', {
      name: 'publish-fleet',
      description: 'Writes the page that shows how every protected cache stands, and those of the runbooks.',
      bundles,
      code: bundles.code('publish-fleet', () => [{ name: RUNBOOKS_FILE, content: jsonText(readRunbooks()) }]),
      environment: { vaultBucket, stagingBucket },
      permissions: [
        vault.list(),
        ...vault.read(...REGISTRY, ...HISTORIES, ...POINT_RECORDS, vaultKeys.fleet, ...RUNBOOK_PAGES),
        ...vault.write(...FLEET, ...RUNBOOK_PAGES),
        staging.list(),
        ...staging.read(WATCH_STATE),
      ],
    });
  }

  #createSweepDrills({ bundles, stores: { staging, stagingBucket }, alerts }: WatchProps): LambdaFunction {
    const fence = new DrillFence(this);
    return new LambdaFunction(this, 'SweepDrills', {
      name: 'sweep-drills',
      description: 'Deletes clusters and staged files whose drill should be over.',
      bundles,
      environment: { stagingBucket, ...alerts.environment },
      permissions: [
        fence.describe(),
        fence.listTags(),
        fence.remove(),
        fence.describeParameterGroups(),
        fence.removeParameterGroups(),
        staging.list(),
        staging.on(['s3:DeleteObject'], [STAGED]),
        ...staging.read(stagingKeys.notices('drills')),
        ...staging.write(stagingKeys.notices('drills')),
        ...alerts.publishing,
      ],
      fences: [fence.deny()],
    });
  }

  #readParameter(name: string): Permission {
    return {
      actions: ['ssm:GetParameter'],
      resources: [
        Stack.of(this).formatArn({
          service: 'ssm',
          resource: 'parameter',
          resourceName: name.slice(1),
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
      ],
    };
  }
}
