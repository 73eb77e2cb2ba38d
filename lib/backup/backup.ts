import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import { ownPlans } from '../../core/contracts/rehearsal.ts';
import { secondsOf } from '../../core/model/duration.ts';
import { HOUR_SECONDS } from '../../core/model/time.ts';
import { listTaggedCaches } from '../find-caches.ts';
import type { Bundles } from '../lambda/bundles.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import { cronsEvery } from '../schedule/cadence.ts';
import { SCHEDULED_TIME, type Schedules } from '../schedule/schedules.ts';
import { StateMachine } from '../workflow/state-machine.ts';
import { BackupLambdas } from './backup-lambdas.ts';
import { backupDefinition } from './definition.ts';

export interface BackupProps {
  readonly config: Config;
  /** ARNs of the keys of caches that only the deployment knows; the configuration has the others. */
  readonly cacheKeys: readonly string[];
  readonly bundles: Bundles;
  readonly landingBucket: { readonly bucketName: string; readonly bucketArn: string };
  readonly raiseAlert: LambdaFunction;
  readonly schedules: Schedules;
}

/**
 * At most 45 minutes until the cache is available, 2 hours each for snapshot and export before they are overdue, and an
 * hour for retries: 8 hours with room to spare.
 */
const BACKUP_TIMEOUT = Duration.hours(8);

/** A start that is an hour late still gives its slot a copy; later than the next slot it gives nothing. */
const START_USEFUL_FOR_SECONDS_MAX = HOUR_SECONDS;

/** From the schedule to the sealed export: one execution per cache and slot. */
export class Backup extends Construct {
  readonly stateMachine: StateMachine;
  readonly startBackups: LambdaFunction;

  constructor(scope: Construct, id: string, props: BackupProps) {
    super(scope, id);
    const lambdas = new BackupLambdas(this, 'Steps', { ...props, kmsKeys: props.config.source.kmsKeys });
    this.stateMachine = new StateMachine(this, 'Workflow', {
      workflow: 'backup',
      definition: backupDefinition(this, lambdas, props.raiseAlert),
      invokes: [...lambdas.all, props.raiseAlert],
      timeout: BACKUP_TIMEOUT,
    });
    this.startBackups = this.#createStart(props.bundles);
    this.#createSchedules(props);
  }

  #createStart(bundles: Bundles): LambdaFunction {
    return new LambdaFunction(this, 'StartBackups', {
      name: 'start-backups',
      description: 'Starts one backup per cache of a plan.',
      bundles,
      environment: { backupMachine: this.stateMachine.arn },
      permissions: [
        ...listTaggedCaches(this),
        { actions: ['states:StartExecution'], resources: [this.stateMachine.arn] },
      ],
    });
  }

  #createSchedules({ config, schedules }: BackupProps): void {
    for (const [name, plan] of ownPlans(config.plans)) {
      if (!isProtected(plan)) continue;
      const usefulFor = Duration.seconds(Math.min(secondsOf(plan.every), START_USEFUL_FOR_SECONDS_MAX));
      cronsEvery(plan.every).forEach((cron, at) => {
        schedules.add({
          name: at === 0 ? `backup-${name}` : `backup-${name}-${at + 1}`,
          description: `Backs up the caches on plan ${name} every ${plan.every}.`,
          cron,
          invoke: this.startBackups,
          input: { plan: name, scheduledTime: SCHEDULED_TIME },
          usefulFor,
        });
      });
    }
  }
}
