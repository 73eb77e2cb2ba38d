import { readFileSync } from 'node:fs';
import { SIMULATED, simulatedCaches } from './config.ts';
import type { Deployment } from './deployment.ts';
import { faultsOf } from './faults/draw-faults.ts';
import { type Chosen, drawReadings } from './readings.ts';
import { type RunResult, Simulation, START_MS } from './simulation.ts';
import { forgetContents } from './world/contents.ts';

/** One run that is asked of a worker. */
export interface RunRequest {
  readonly seed: number;
  readonly days: number;
  readonly caches: number;
  /** Faults are drawn over so many days: a shorter run meets the same ones. */
  readonly drawnDays: number;
  /** Kinds of fault to draw from. @default all */
  readonly only?: readonly string[];
  /** Ids of the faults that stay. @default all */
  readonly keep?: readonly string[];
  /** What AWS's documentation leaves open: drawn from the seed, or given. @default the usual answers */
  readonly readings?: 'drawn' | Chosen;
  readonly traced?: number;
  readonly everyTick?: boolean;
}

export interface RunReply extends Omit<RunResult, 'faults'> {
  readonly faults: readonly { readonly id: string; readonly fromMs: number; readonly told: string }[];
}

export type WorkerMessage =
  | { readonly reply: RunReply }
  | { readonly failure: string }
  | { readonly ready: true };

let deployment: Deployment | undefined;

/** Where the synthesised stacks lie; without it they are synthesised here, with whatever bug is planted. */
async function deployed(): Promise<Deployment> {
  const file = process.env.REDRILL_DEPLOYMENT;
  deployment ??= file === undefined ? await synthesised() : JSON.parse(readFileSync(file, 'utf8'));
  return deployment as Deployment;
}

/** The CDK takes longer to load than a short run takes. */
async function synthesised(): Promise<Deployment> {
  const { deploymentOf } = await import('./deployment.ts');
  return deploymentOf(SIMULATED);
}

async function answer(request: RunRequest): Promise<RunReply> {
  const { seed, caches, drawnDays, only, keep } = request;
  const names = simulatedCaches(caches).map(({ cache }) => cache);
  const drawn = faultsOf({ seed, startMs: START_MS, days: drawnDays, caches: names, ...(only && { only }) });
  const faults = drawn.filter(({ id }) => keep?.includes(id) ?? true);
  forgetContents();
  const readings = request.readings === 'drawn' ? drawReadings(seed) : (request.readings ?? {});
  const result = await new Simulation({ ...request, deployment: await deployed(), faults, readings }).run();
  return {
    ...result,
    faults: result.faults.map(({ id, kind, cache, fromMs, toMs }) => ({
      id,
      fromMs,
      told: `${iso(fromMs)} to ${iso(toMs)}  ${kind.name} (${cache})`,
    })),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

const send = (message: WorkerMessage) => process.send?.(message);

process.on('message', (request: RunRequest) => {
  answer(request).then(
    (reply) => send({ reply }),
    (error: Error) => send({ failure: error.stack ?? String(error) }),
  );
});
send({ ready: true });
