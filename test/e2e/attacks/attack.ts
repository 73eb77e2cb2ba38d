import type { RecoveryPoint } from '../../../core/contracts/recovery-point.ts';
import type { World } from '../world.ts';

/*
 * One table of attacks and accidents: docs/attacks.md is computed from it, and every row is a test. The lists of attacks take
 * nothing but types from the world: the documentation reads them without a test runner.
 */

/** What an attack is made on. */
export interface Target {
  readonly world: World;
  readonly cache: string;
  /** The cache's recovery points, oldest first, as they were admitted. */
  readonly points: readonly RecoveryPoint[];
}

/** How people learn of it; at least one. */
export interface Tells {
  /** Codes of the alerts, all of which are sent. */
  readonly alerts?: readonly string[];
  /** The dead man's switch receives `fail`, and its body names the cache. */
  readonly heartbeat?: 'fail';
  /** Codes of the problems that `redrill status <cache>` shows. */
  readonly status?: readonly string[];
  /** An alarm that CloudWatch raises, for what no Lambda of Redrill can see. */
  readonly alarm?: string;
}

/**
 * What a person can still do: a command line that ends with status 0, in which `<cache>`, `<slot>` (of the newest point) and
 * `<before>` (of the one before it) are replaced; or anything else, in words and with its proof.
 */
export type StillWorks =
  | string
  | { readonly what: string; readonly check: (target: Target) => Promise<void> };

/** What the table in docs/attacks.md shows of an attack. */
export interface Row {
  /** What somebody did, or what happened: `a shard is overwritten with bytes of the same length`. */
  readonly name: string;
  readonly tells: Tells;
  /** Until the first of the alerts, at most. */
  readonly withinMinutes: number;
  readonly stillWorks: readonly (string | { readonly what: string })[];
}

/** One on a cache of its own: all of them are made at once in one world. */
export interface Attack extends Row {
  readonly attack: (target: Target) => Promise<unknown>;
  readonly stillWorks: readonly StillWorks[];
}

/** One that a longer test shows as part of a story. */
export interface ShownAttack extends Row {
  /** From the root of the project, and the title of the test. */
  readonly shownBy: { readonly file: string; readonly test: string };
}

/** One that nothing reports. docs/guarantees.md names it among what is not guaranteed. */
export interface UnreportedAttack {
  readonly name: string;
  readonly attack: (target: Target) => Promise<unknown>;
  /** What follows from it. */
  readonly effect: string;
  /** Words of docs/guarantees.md that name it. */
  readonly guaranteesSay: string;
}

export const whatWorks = (each: Row['stillWorks'][number]): string =>
  typeof each === 'string' ? `redrill ${each}` : each.what;
