import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/model/time.ts';
import { Random } from '../random.ts';
import type { FaultHistory } from '../referee/referee.ts';
import { CALL_FAULTS } from './calls.ts';
import { EVENT_FAULTS } from './events.ts';
import type { Effect, FaultKind } from './kind.ts';
import { SLOWNESS } from './slowness.ts';

/** One fault of a run. */
export interface Fault {
  /** `orders#2`: the third that was drawn for orders. */
  readonly id: string;
  readonly kind: FaultKind;
  readonly cache: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where its own randomness begins. */
  readonly seed: number;
}

export const FAULT_KINDS: readonly FaultKind[] = [...CALL_FAULTS, ...SLOWNESS, ...EVENT_FAULTS];

/** Most faults that one cache meets in a run. */
export const FAULTS_MAX = 6;
/** One run in so many has no fault at all: then nobody may be told anything. */
const CALM_RUNS = 12;

export interface FaultOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly days: number;
  readonly caches: readonly string[];
  /** Only these kinds; all without it. */
  readonly only?: readonly string[];
}

/** Which faults a run has: from none up to six for each cache, at any time but its first day and its last. */
export function faultsOf({ seed, startMs, days, caches, only }: FaultOptions): readonly Fault[] {
  if (only === undefined && seed % CALM_RUNS === 0) return [];
  const kinds = only === undefined ? FAULT_KINDS : FAULT_KINDS.filter(({ name }) => only.includes(name));
  return caches.flatMap((cache) => {
    const random = new Random(seed, `faults ${cache}`);
    return Array.from({ length: random.between(only === undefined ? 0 : 1, FAULTS_MAX) }, (_, number) => {
      const kind = random.pick(kinds);
      const fromMs =
        startMs + DAY_MS + Math.floor((random.share() * (days - 2) * DAY_MS) / MINUTE_MS) * MINUTE_MS;
      const hours = random.between(...kind.hours);
      return {
        id: `${cache}#${number}`,
        kind,
        cache,
        fromMs,
        toMs: fromMs + hours * HOUR_MS,
        seed: seed * 131 + number,
      };
    });
  });
}

/** An answer of AWS that Redrill refuses: a fault of all caches from the first instant to the last. */
export function lastingFault(startMs: number, days: number): Fault {
  const kind: FaultKind = {
    name: 'an answer that is refused',
    says: 'AWS does what Redrill cannot work with',
    hours: [0, 0],
    effects: [],
    everywhere: true,
    begin: () => () => undefined,
  };
  return { id: 'all#0', kind, cache: '', fromMs: startMs, toMs: startMs + days * DAY_MS, seed: 0 };
}

/** How long a fault may be felt after its end: retries, waits, and drills that were under way. */
const FELT_FOR_MS: Readonly<Record<Effect, number>> = {
  watch: HOUR_MS,
  drills: 5 * HOUR_MS,
  answers: HOUR_MS,
  deletions: 5 * HOUR_MS,
  rto: 0,
};

/** What the referee may know of the faults: when which effect was felt. */
export function historyOf(faults: readonly Fault[], now: () => number): FaultHistory {
  const begun = () => faults.filter(({ fromMs }) => fromMs <= now());
  return {
    during: (effect, fromMs, toMs) =>
      faults.some(
        (fault) =>
          fault.kind.effects.includes(effect) &&
          fault.fromMs <= toMs &&
          fault.toMs + FELT_FOR_MS[effect] >= fromMs,
      ),
    lastEnd: () => {
      const ends = begun().map(({ toMs }) => toMs);
      return ends.length === 0 ? undefined : Math.max(...ends);
    },
    lastEndOf: (cache) =>
      Math.max(
        0,
        ...begun()
          .filter((fault) => fault.cache === cache || fault.kind.everywhere)
          .map(({ toMs }) => toMs),
      ),
  };
}
