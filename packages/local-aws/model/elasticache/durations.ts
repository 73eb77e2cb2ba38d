import { createHash } from 'node:crypto';
import type { Readings } from '../../readings.ts';

/** A span of virtual time from which each duration is drawn. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export type Step =
  | 'snapshot'
  | 'export'
  | 'copy'
  | 'deleteSnapshot'
  | 'create'
  | 'delete'
  | 'replaceNode'
  | 'createServerless'
  | 'modifyServerless';

/**
 * How long things take. AWS publishes no figures: these are guesses, and nothing may rest on them but that waiting is
 * needed at all. They are drawn from the seed and the resource's name, so a run can be repeated.
 */
export const GUESSED_DURATIONS: Readonly<Record<Step, Span>> = {
  snapshot: { fromMs: 120_000, toMs: 360_000 },
  export: { fromMs: 60_000, toMs: 240_000 },
  copy: { fromMs: 60_000, toMs: 240_000 },
  deleteSnapshot: { fromMs: 5_000, toMs: 30_000 },
  create: { fromMs: 360_000, toMs: 720_000 },
  delete: { fromMs: 180_000, toMs: 300_000 },
  replaceNode: { fromMs: 180_000, toMs: 480_000 },
  createServerless: { fromMs: 45_000, toMs: 240_000 },
  modifyServerless: { fromMs: 10_000, toMs: 60_000 },
};

const SCALE: Readonly<Record<Readings['durations'], number>> = {
  minutes: 1,
  seconds: 1 / 60,
  long: 5,
  hours: 20,
};
const SNAPSHOT_HOURS = 65;

/** How much longer than the guess, by the reading of `durations`. */
export function scaleOf(reading: Readings['durations'], step: Step): number {
  return reading === 'hours' && step === 'snapshot' ? SNAPSHOT_HOURS : SCALE[reading];
}

export function drawDurationMs(span: Span, seed: string, name: string): number {
  const drawn = createHash('sha256').update(`${seed}\n${name}`).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round(span.fromMs + drawn * (span.toMs - span.fromMs));
}
