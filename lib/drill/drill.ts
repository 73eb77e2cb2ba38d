import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DRILL_TIMEOUT_SECONDS } from '../../core/contracts/drill.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import { ownPlans } from '../../core/contracts/rehearsal.ts';
import { LambdaFunction } from '../lambda/lambda-function.ts';
import { DRILL_CRONS } from '../schedule/cadence.ts';
import { SCHEDULED_TIME, type Schedules } from '../schedule/schedules.ts';
import { POINT_RECORDS, REGISTRY } from '../storage/stores.ts';
import { StateMachine } from '../workflow/state-machine.ts';
import { drillDefinition } from './definition.ts';
import { DrillLambdas, type DrillLambdasProps } from './drill-lambdas.ts';

export interface DrillProps extends DrillLambdasProps {
  readonly raiseAlert: LambdaFunction;
  readonly schedules: Schedules;
}

/**
 * Three hours for staging and for clusters that fail, one for the last of these to go, one for a cluster to come, three to
 * compare, in as many invocations as that takes, and one to tear down. sweep-drills removes a cluster after 4 hours, and
 * what else a timed-out drill leaves.
 */
const DRILL_TIMEOUT = Duration.seconds(DRILL_TIMEOUT_SECONDS);

/** Later than this a drill would run into the working day. */
const START_USEFUL_FOR = Duration.hours(1);

/** A restore of what lies in the vault, compared and torn down: one execution per cache and drill. */
export class Drill extends Construct {
  readonly stateMachine: StateMachine;
  readonly startDrills: LambdaFunction;

  constructor(scope: Construct, id: string, props: DrillProps) {
    super(scope, id);
    const lambdas = new DrillLambdas(this, 'Steps', props);
    this.stateMachine = new StateMachine(this, 'Workflow', {
      workflow: 'drill',
      definition: drillDefinition(this, lambdas, props),
      invokes: [...lambdas.all, props.raiseAlert],
      timeout: DRILL_TIMEOUT,
    });
    this.startDrills = this.#createStart(props);
    this.#createSchedules(props);
  }

  #createStart({ bundles, stores: { vault, vaultBucket } }: DrillProps): LambdaFunction {
    return new LambdaFunction(this, 'StartDrills', {
      name: 'start-drills',
      description: 'Starts one drill per cache of a plan.',
      bundles,
      environment: { vaultBucket, drillMachine: this.stateMachine.arn },
      permissions: [
        vault.list(),
        ...vault.read(...REGISTRY, ...POINT_RECORDS),
        { actions: ['states:StartExecution'], resources: [this.stateMachine.arn] },
      ],
    });
  }

  #createSchedules({ config, schedules }: DrillProps): void {
    for (const [name, plan] of ownPlans(config.plans)) {
      if (!isProtected(plan)) continue;
      schedules.add({
        name: `drill-${name}`,
        description: `Drills a restore of every cache on plan ${name}, ${plan.drill.schedule}.`,
        cron: DRILL_CRONS[plan.drill.schedule],
        invoke: this.startDrills,
        input: { plan: name, scheduledTime: SCHEDULED_TIME },
        usefulFor: START_USEFUL_FOR,
      });
    }
  }
}
