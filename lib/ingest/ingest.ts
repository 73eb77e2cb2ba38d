import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { landingKeys, stagingKeys } from '../../core/model/keys.ts';
import { FIND_EXPORTS_EVERY_MS } from '../../core/model/periods.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import { FIND_EXPORTS_CRON } from '../schedule/cadence.ts';
import type { Schedules } from '../schedule/schedules.ts';
import { POINT_RECORDS } from '../storage/stores.ts';
import { StateMachine } from '../workflow/state-machine.ts';
import { ingestDefinition } from './definition.ts';
import { heartbeatKeys, IngestLambdas, type IngestLambdasProps, sealKeys } from './ingest-lambdas.ts';

export interface IngestProps extends IngestLambdasProps {
  readonly raiseAlert: LambdaFunction;
  readonly schedules: Schedules;
}

/**
 * The last bound of the loop in which verify-shard reads a shard. At a cautious 20 MB/s, 12 hours are 860 GB of one
 * shard, or 3.4 TB of all, 4 at a time; each of those invocations reads for 14 minutes, so that the history of the
 * execution stays far below its 25,000 events (docs/limits.md). What 12 hours did not bring in is found again by
 * find-exports: files that were copied are not copied again, and a shard whose reading was interrupted goes on from its
 * checkpoint, which is kept for a day.
 */
const INGEST_TIMEOUT = Duration.hours(12);

/** From the sealed export to the admitted recovery point: one execution per export. */
export class Ingest extends Construct {
  readonly stateMachine: StateMachine;
  readonly findExports: LambdaFunction;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const lambdas = new IngestLambdas(this, 'Steps', props);
    this.stateMachine = new StateMachine(this, 'Workflow', {
      workflow: 'ingest',
      definition: ingestDefinition(this, lambdas, props),
      invokes: [...lambdas.all, props.raiseAlert],
      timeout: INGEST_TIMEOUT,
    });
    this.findExports = this.#createFindExports(props);
    props.schedules.add({
      name: 'find-exports',
      description: 'Looks for sealed exports that are not in the vault yet.',
      cron: FIND_EXPORTS_CRON,
      invoke: this.findExports,
      usefulFor: Duration.millis(FIND_EXPORTS_EVERY_MS),
    });
  }

  #createFindExports({ config, bundles, stores }: IngestProps): LambdaFunction {
    const { landing, landingBucket, staging, stagingBucket, vault, vaultBucket } = stores;
    return new LambdaFunction(this, 'FindExports', {
      name: 'find-exports',
      description: 'Starts one ingest per sealed export that is not in the vault.',
      bundles,
      environment: { landingBucket, stagingBucket, vaultBucket, ingestMachine: this.stateMachine.arn },
      permissions: [
        landing.list(),
        ...landing.read(...sealKeys(config), ...heartbeatKeys(config), landingKeys.discovery),
        ...staging.write(stagingKeys.sourceSight),
        vault.list(),
        ...vault.read(...POINT_RECORDS),
        { actions: ['states:StartExecution'], resources: [this.stateMachine.arn] },
        {
          actions: ['lambda:GetAccountSettings'],
          resources: ['*'],
          because: 'AWS knows no resource for it.',
        },
        {
          actions: ['states:DescribeExecution'],
          resources: [this.stateMachine.executionArns],
          because: 'Executions of the Ingest workflow, which are named by cache and slot.',
        },
      ],
    });
  }
}
