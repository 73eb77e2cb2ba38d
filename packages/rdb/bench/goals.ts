/** What the reader has to reach, and whether it has: ratios of two programs in the same run. */
import { type Measured, median, peakMib, ratioOf } from '../testing/measure.ts';
import { DEEP, DEEP_STREAMED, LIBRDB, REFERENCE, STREAMED, STRUCTURAL } from './programs.ts';

/** What was measured of one file. */
export interface Bench {
  readonly file: string;
  readonly measured: readonly Measured[];
  /** Rounds of DEBUG DIGEST, in seconds; none if it was not asked. */
  readonly debugDigestSeconds: readonly number[];
}

interface Goal {
  readonly says: string;
  readonly file: string;
  readonly atMost: number;
  /** @returns undefined if what it takes was not measured */
  readonly measured: (bench: Bench) => number | undefined;
}

const find = ({ measured }: Bench, name: string): Measured | undefined =>
  measured.find((each) => each.name === name);

const ratio = (name: string, to: string) => (bench: Bench) => {
  const [one, other] = [find(bench, name), find(bench, to)];
  return one && other && ratioOf(one, other);
};

function toDebugDigest(bench: Bench): number | undefined {
  const deep = find(bench, DEEP);
  if (!deep || bench.debugDigestSeconds.length === 0) return undefined;
  return median(deep.rounds.map(({ seconds }) => seconds)) / median(bench.debugDigestSeconds);
}

const goal = (file: string, name: string, to: string, atMost: number): Goal => ({
  says: `${name}: at most ${atMost} × ${to}`,
  file,
  atMost,
  measured: ratio(name, to),
});

/** Memory that no file may take more of. */
const MAX_RSS_MIB = 96;
const OURS = [STRUCTURAL, STREAMED, DEEP, DEEP_STREAMED] as const;

const memory = (file: string): readonly Goal[] =>
  OURS.map((name) => ({
    says: `${name}: at most ${MAX_RSS_MIB} MiB`,
    file,
    atMost: MAX_RSS_MIB,
    measured: (bench) => {
      const found = find(bench, name);
      return found && peakMib(found);
    },
  }));

const GOALS: readonly Goal[] = [
  goal('mixed', STRUCTURAL, REFERENCE, 0.18),
  goal('small', STRUCTURAL, REFERENCE, 0.45),
  goal('mixed', STREAMED, REFERENCE, 0.25),
  goal('mixed', STREAMED, LIBRDB, 0.4),
  goal('mixed', DEEP, REFERENCE, 0.5),
  { says: `${DEEP}: at most 1/15 of DEBUG DIGEST`, file: 'mixed', atMost: 1 / 15, measured: toDebugDigest },
  ...['mixed', 'small', 'string-512-mb', 'hash-1m-fields'].flatMap(memory),
];

/** A goal with what became of it. */
export interface Outcome {
  readonly goal: string;
  readonly measured: string;
  readonly verdict: 'met' | 'MISSED' | 'not measured';
}

export function outcomesOf(benches: readonly Bench[]): readonly Outcome[] {
  return GOALS.map((each): Outcome => {
    const bench = benches.find(({ file }) => file === each.file);
    const measured = bench && each.measured(bench);
    const goalText = `${each.file}, ${each.says}`;
    if (measured === undefined) return { goal: goalText, measured: '–', verdict: 'not measured' };
    const verdict = measured <= each.atMost ? 'met' : 'MISSED';
    return { goal: goalText, measured: measured.toFixed(each.atMost < 1 ? 3 : 0), verdict };
  });
}
