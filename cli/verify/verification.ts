import type { RdbCounts, RdbError, RdbSummary } from '@redrill/rdb';
import { ExitStatus } from '../exit-status.ts';
import type { Load } from './load.ts';

/** What was read, and how it went. */
interface Reading {
  /** As it was named on the command line. */
  readonly name: string;
  readonly depth: 'structural' | 'deep';
  /** The size of the file, if it was known beforehand. */
  readonly sizeBytes: number | undefined;
  readonly seconds: number;
}

/** Every byte was read, and is what a server writes. */
export interface SoundFile extends Reading {
  readonly verdict: 'sound';
  readonly summary: RdbSummary;
  /** What a server made of it. @default none was asked */
  readonly load?: Load;
}

/** The reading stopped: the file is damaged, or of a format that is not known. */
export interface RefusedFile extends Reading {
  readonly verdict: 'not-sound' | 'unsupported';
  readonly error: RdbError;
  /** What was read before. */
  readonly counts: RdbCounts;
}

export type Verification = SoundFile | RefusedFile;

const STATUS: Readonly<Record<Verification['verdict'], number>> = {
  sound: ExitStatus.good,
  'not-sound': ExitStatus.bad,
  unsupported: ExitStatus.notDone,
};

const LOAD_STATUS: Readonly<Record<Load['outcome'], number>> = {
  equal: ExitStatus.good,
  different: ExitStatus.bad,
  refused: ExitStatus.bad,
  unsupported: ExitStatus.notDone,
  ended: ExitStatus.notDone,
};

export function statusOfFile(verification: Verification): number {
  const { verdict } = verification;
  if (verdict !== 'sound' || verification.load === undefined) return STATUS[verdict];
  return LOAD_STATUS[verification.load.outcome];
}
