/** Judges the files of a range of numbers, and stops at the first broken promise. */
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import { FIRST_VERSION_WITH_CHECKSUM } from '../../format.ts';
import { crc64 } from '../../test/oracle/crc64.ts';
import { oracleOutcome, outcomeOf as outcomeOfReading } from '../../test/oracle/outcome.ts';
import { borrowCore, returnCore } from '../../wasm/core.ts';
import { type FuzzFile, fileOf, sources } from './files.ts';
import { CHECKSUM_BYTES, MUTATORS } from './mutators.ts';
import { type Feeding, feedingOf, ofCore, readByCore, type Verdict } from './verdict.ts';

/** Of processor time: on a machine that does other things, the wall clock would break any promise. */
const MAX_MS_PER_FILE = 2000;

/** What became of the files of one mutator. */
export interface Tally {
  files: number;
  /** Files by outcome: one of the three below, or the code of the refusal. */
  readonly outcomes: Record<string, number>;
  slowestMs: number;
  /** How many the oracle was asked about; it judged the same of all of them. */
  compared: number;
}

/** Another content, with the checksum that it must have. */
export const SOUND = 'sound';
/** Sound as far as can be told, and reported as such: the file has no checksum. */
export const NO_CHECKSUM = 'sound, no checksum';
/** What the damage was did not change the file. */
export const UNCHANGED = 'unchanged';

export type Tallies = Readonly<Record<string, Tally>>;

export interface FuzzRange {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** The share of files that the oracle judges too, 0 to 1. */
  readonly oracleShare: number;
  /** Called before each file. @returns whether to go on */
  readonly before?: (number: number) => boolean;
}

/** A promise broken by one file, which can be made again from what this says. */
export class FuzzFailure extends Error {
  override readonly name = 'FuzzFailure';

  constructor(seed: number, file: FuzzFile, what: unknown) {
    const said = what instanceof Error ? what.message : String(what);
    super(`file ${file.number} of seed ${seed} (${file.mutator}, ${file.content.length} bytes): ${said}`, {
      cause: what,
    });
  }
}

export const noTallies = (): Tallies =>
  Object.fromEntries(
    [...MUTATORS.keys()].map((name) => [name, { files: 0, outcomes: {}, slowestMs: 0, compared: 0 }]),
  );

/** @throws FuzzFailure at the first file that breaks a promise */
export function fuzz({ seed, from, to, oracleShare, before }: FuzzRange): Tallies {
  const tallies = noTallies();
  const sound = sources();
  const memoryBytes = coreBytes();
  for (let number = from; number < to && before?.(number) !== false; number++) {
    const file = fileOf(seed, number, sound);
    const tally = tallies[file.mutator];
    try {
      if (tally) judge(file, oracleShare, tally);
    } catch (error) {
      throw new FuzzFailure(seed, file, error);
    }
  }
  const after = coreBytes();
  if (after !== memoryBytes) throw new Error(`the core's memory grew from ${memoryBytes} to ${after} bytes`);
  return tallies;
}

function coreBytes(): number {
  const core = borrowCore();
  const { byteLength } = core.calls.memory.buffer;
  returnCore(core);
  return byteLength;
}

function judge(file: FuzzFile, oracleShare: number, tally: Tally): void {
  const feeding = feedingOf(file);
  const before = process.threadCpuUsage();
  const verdict = ofCore(file.content, feeding);
  const { user, system } = process.threadCpuUsage(before);
  const ms = (user + system) / 1000;
  if (ms > MAX_MS_PER_FILE) throw new Error(`took ${ms} ms`);
  checkAccepted(file, verdict);
  tally.files++;
  tally.slowestMs = Math.max(tally.slowestMs, ms);
  const outcome = outcomeOf(file, verdict);
  tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
  if (file.random(1e6) >= oracleShare * 1e6) return;
  compareWithWhole(file, feeding, verdict);
  compareWithOracle(file, feeding, verdict);
  tally.compared++;
}

function outcomeOf({ isUnchanged }: FuzzFile, { outcome, crc64 }: Verdict): string {
  if (outcome !== 'sound') return outcome;
  if (isUnchanged) return UNCHANGED;
  return crc64 === 'valid' ? SOUND : NO_CHECKSUM;
}

/** The checksum is computed once more, by other code. */
function checkAccepted({ content }: FuzzFile, { outcome, crc64, summary }: Verdict): void {
  if (outcome !== 'sound') return;
  const version = summary?.rdbVersion ?? 0;
  const expected = version < FIRST_VERSION_WITH_CHECKSUM ? 'none' : checksumOf(content);
  if (crc64 !== expected) throw new Error(`accepted with a checksum said to be ${crc64}; it is ${expected}`);
}

function checksumOf(content: Uint8Array): 'valid' | 'absent' | 'broken' {
  const footer = content.length - CHECKSUM_BYTES;
  const stored = new DataView(content.buffer, content.byteOffset + footer).getBigUint64(0, true);
  if (stored === 0n) return 'absent';
  return stored === crc64(content.subarray(0, footer)) ? 'valid' : 'broken';
}

/** What a checkpoint did not keep was not compared with what came after it, as the reader says. */
const isForgotten = ({ summary }: Verdict): boolean => summary?.duplicates?.forgotten === true;

/** Of bytes behind the end the reader counts those that have arrived. */
const settled = ({ said }: Verdict): string => said.replace(/ found \d+ bytes or more$/, '');

/** The reader must say the same, to the letter, of a file that arrives in one piece and without a stop. */
function compareWithWhole({ content, mutator }: FuzzFile, feeding: Feeding, verdict: Verdict): void {
  const whole = ofCore(content, { ...feeding, chunkBytes: content.length, resumes: false });
  if (settled(whole) === settled(verdict) || isForgotten(verdict)) return;
  throw new Error(`the core says ${verdict.said}; of the whole file, ${whole.said} (${mutator})`);
}

/** Both must judge the same and, of a sound file, count the same and have the same digest. */
function compareWithOracle({ content, mutator }: FuzzFile, feeding: Feeding, verdict: Verdict): void {
  const resumes = feeding.resumes && !isForgotten(verdict);
  const ours = outcomeOfReading(() => readByCore(content, { ...feeding, resumes }));
  const theirs = oracleOutcome(content, feeding.options.depth);
  if (isDeepStrictEqual(ours, theirs)) return;
  throw new Error(`the core says ${verdict.said}; the oracle says ${JSON.stringify(theirs)} (${mutator})`);
}
