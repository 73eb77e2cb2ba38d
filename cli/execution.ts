import { setTimeout as sleep } from 'node:timers/promises';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { AwsClock } from '../adapters/aws/aws-clock.ts';
import { CLIENT_OPTIONS } from '../adapters/aws/client-options.ts';
import { type ExecutionView, executionView } from '../adapters/aws/execution-view.ts';
import { workflows } from '../adapters/aws/workflows.ts';
import { resourceNames, type Workflow } from '../core/contracts/resources.ts';
import type { Workflows } from '../core/ports.ts';
import { LOOK_EVERY_MS } from './pace.ts';
import { interruptible } from './terminal/interrupt.ts';
import { StatusLine } from './terminal/status-line.ts';

export interface Machine {
  readonly region: string;
  readonly arn: string;
}

export function machineOf(
  workflow: Workflow,
  { region, account }: { region: string; account: string },
): Machine {
  return {
    region,
    arn: `arn:aws:states:${region}:${account}:stateMachine:${resourceNames.stateMachine(workflow)}`,
  };
}

/** @param clock to be kept right by its answers */
export function workflowsIn(region: string, clock?: AwsClock): Workflows {
  const client = new SFNClient({ ...CLIENT_OPTIONS, region });
  clock?.readFrom(client);
  return workflows(client);
}

/** Shows an execution until it has ended, whatever its end. */
export async function follow(
  clock: AwsClock,
  { region, arn }: Machine,
  name: string,
): Promise<ExecutionView> {
  const line = new StatusLine(process.stderr, clock.now);
  const look = executionView(region, clock);
  try {
    for (;;) {
      const view = await look(arn, name);
      if (view.status !== 'RUNNING') return view;
      line.show(view);
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    line.end();
  }
}

/** Runs what may be left alone; Ctrl-C says what goes on without it, and then ends by the signal. */
export async function watching<Result>(goesOn: string, watch: () => Promise<Result>): Promise<Result> {
  return interruptible(() => console.error(`\n${goesOn}`), watch);
}
