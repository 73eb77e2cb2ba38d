import { isProtected } from '../core/contracts/plan.ts';
import { type Slot, slotAt } from '../core/model/slot.ts';
import { HOUR_MS, MINUTE_MS } from '../core/model/time.ts';
import { createCaches, DEMO_CACHES, DEMO_KEYS, fillCache } from './caches.ts';
import type { Demo } from './demo.ts';
import { type DemoFault, FAULT_VICTIM } from './faults.ts';
import type { OwnServer } from './own-server.ts';
import type { Progress } from './progress.ts';

/** Nothing in the demo waits longer: two hours for a stuck snapshot, as long again for what follows. */
const PATIENCE_MS = 6 * HOUR_MS;
/** Between two looks of find-exports and of watch-vault. */
const FIND_EXPORTS_MS = 5 * MINUTE_MS;
const WATCH_MS = 15 * MINUTE_MS;

export interface JourneyOptions {
  /** Keys in each cache. @default 100,000 */
  readonly keys?: number;
  readonly fault?: DemoFault | undefined;
  /** A server of one's own, shipped beside the backups of the caches. @default none */
  readonly own?: OwnServer;
  readonly progress: Progress;
}

/** The whole way of one slot: caches, backups, ingest, drills, and the watch that sees it done. */
export async function travel(
  demo: Demo,
  { keys = DEMO_KEYS, fault, own, progress }: JourneyOptions,
): Promise<Slot> {
  const { aws, source } = demo;
  const slot = slotAt(nextSlot(aws.clock.now()));
  progress.heading('Creating three caches on real servers, and filling them');
  await createCaches(aws, source);
  for (const { id } of DEMO_CACHES) await fillCache(aws, source, { id, keys });
  fault?.arm?.(aws);
  progress.heading(`Backing up: slot ${slot} in ${source.region}`);
  aws.scheduler.start();
  await until(demo, progress, () => backedUp(demo, FAULT_VICTIM));
  await fault?.strike?.(demo, slot);
  await until(demo, progress, () => DEMO_CACHES.every(({ id }) => backedUp(demo, id)) && idle(demo));
  if (own !== undefined) {
    progress.heading(`Shipping ${own.id}, a server of its own: redrill ship --once on its host`);
    await own.ship(demo);
  }
  progress.heading(`Pulling into the vault in ${demo.vault.region}, and verifying`);
  await pass(demo, progress, FIND_EXPORTS_MS);
  progress.heading('Restore drills, from the vault’s copies alone');
  await deliverDrills(demo);
  await until(demo, progress, () => idle(demo));
  await pass(demo, progress, WATCH_MS);
  return slot;
}

/** The next midnight, at which every plan has a slot. */
function nextSlot(now: number): Date {
  return new Date(Math.ceil(now / (24 * HOUR_MS)) * 24 * HOUR_MS);
}

function backedUp({ aws, machines }: Demo, cache: string): boolean {
  const executions = aws.states.executionsOf(machines.backup);
  return executions.some(({ name, ending }) => name.startsWith(`${cache}-`) && ending !== undefined);
}

function idle({ aws }: Demo): boolean {
  return aws.states.running.length === 0;
}

/** The drills of the plans are due at night or on Sundays; the demo delivers their schedules now. */
async function deliverDrills({ aws, config }: Demo): Promise<void> {
  const plans = new Set(DEMO_CACHES.map(({ id }) => config.caches[id] ?? ''));
  for (const plan of plans) {
    const known = config.plans[plan];
    if (known === undefined || !isProtected(known)) continue;
    await aws.scheduler.deliverAgain(
      `redrill-drill-${plan}`,
      Math.floor(aws.clock.now() / MINUTE_MS) * MINUTE_MS,
    );
  }
}

/** Lets virtual time pass, and then whatever was started in it come to an end. */
async function pass(demo: Demo, progress: Progress, ms: number): Promise<void> {
  const end = demo.aws.clock.now() + ms;
  await until(demo, progress, () => demo.aws.clock.now() >= end && idle(demo));
}

async function until(demo: Demo, progress: Progress, done: () => boolean): Promise<void> {
  const { aws, machines } = demo;
  const look = () => {
    for (const [workflow, arn] of Object.entries(machines)) {
      for (const execution of [...aws.states.executionsOf(arn)].reverse()) progress.look(workflow, execution);
    }
    return done();
  };
  const limit = aws.clock.now() + PATIENCE_MS;
  if (await aws.clock.run({ until: limit, done: look })) return;
  throw new Error(`the demo did not get on within ${PATIENCE_MS / HOUR_MS} h of virtual time`);
}
