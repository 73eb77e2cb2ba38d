import {
  comparedInPasses,
  type RdbCounts,
  RdbError,
  RdbReader,
  type RdbReaderOptions,
  type RdbSummary,
} from '@redrill/rdb';

/** What reading a file has shown: it is sound, or where the reading stopped, and what had been read before. */
export type Judgement =
  | { readonly verdict: 'sound'; readonly summary: RdbSummary }
  | {
      readonly verdict: 'not-sound' | 'unsupported';
      readonly error: RdbError;
      readonly counts: RdbCounts;
    };

/** The reading that decides whether a file is sound. Every command that asks reads with this one. */
export const deepReader = (options: Omit<RdbReaderOptions, 'depth'> = {}): RdbReader =>
  new RdbReader({ ...options, depth: 'deep' });

/**
 * Judges a file by the reader that `feed` writes all of it to.
 * @throws whatever is not a finding about the file
 */
export async function judge(reader: RdbReader, feed: () => Promise<void>): Promise<Judgement> {
  try {
    await feed();
    return { verdict: 'sound', summary: reader.end() };
  } catch (error) {
    if (!(error instanceof RdbError)) throw error;
    return { verdict: error.unsupported ? 'unsupported' : 'not-sound', error, counts: reader.counts };
  }
}

/**
 * Reads a file again, as often as it takes to compare all its keys and members, if there are too many for one reading.
 * @param feedAgain writes all of the file to the reader
 * @throws whatever is not a finding about the file
 */
export async function comparedAgain(
  first: Judgement,
  feedAgain: (reader: RdbReader) => Promise<void>,
): Promise<Judgement> {
  if (first.verdict !== 'sound' || first.summary.duplicates === undefined) return first;
  const refused: Judgement[] = [];
  const duplicates = await comparedInPasses(first.summary.duplicates, async (again) => {
    if (refused.length > 0) return undefined;
    const reader = deepReader({ again });
    const found = await judge(reader, () => feedAgain(reader));
    if (found.verdict === 'sound') return found.summary.duplicates;
    refused.push(found);
    return undefined;
  });
  return refused[0] ?? { ...first, summary: { ...first.summary, duplicates } };
}
