import { type RdbCounts, RdbError, RdbReader, type RdbReaderOptions, type RdbSummary } from '../rdb/index.ts';

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
