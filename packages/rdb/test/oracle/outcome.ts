/** What a reader makes of a file, in a form in which the oracle's and the real reader's can be compared. */
import { RdbError, type RdbSummary } from '../../index.ts';
import { type Depth, readFile } from './read-file.ts';
import { Refusal } from './refusal.ts';

export type Outcome =
  | { readonly outcome: 'damaged' | 'unsupported' }
  | {
      readonly outcome: 'sound';
      readonly summary: Omit<RdbSummary, 'digest'>;
      /** Its bytes, in hexadecimal. */
      readonly digest: string | undefined;
    };

/** @throws whatever is not a refusal */
export function outcomeOf(read: () => RdbSummary): Outcome {
  try {
    const { digest, ...summary } = read();
    return { outcome: 'sound', summary, digest: digest && Buffer.from(digest.toBytes()).toString('hex') };
  } catch (error) {
    if (error instanceof Refusal) return { outcome: error.outcome };
    if (error instanceof RdbError) return { outcome: refusalOf(error) };
    throw error;
  }
}

export const oracleOutcome = (file: Uint8Array, depth: Depth = 'deep'): Outcome =>
  outcomeOf(() => readFile(file, depth));

/** The oracle, which has the whole file before it, sees that a length too large to be held reaches beyond the end. */
const refusalOf = ({ code, unsupported }: RdbError): 'damaged' | 'unsupported' =>
  unsupported && code !== 'UnsupportedSize' ? 'unsupported' : 'damaged';
