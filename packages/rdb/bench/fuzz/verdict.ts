/** What the reader says of a file. */
import {
  RdbError,
  type RdbErrorCode,
  RdbReader,
  type RdbReaderOptions,
  type RdbSummary,
} from '../../index.ts';
import type { FuzzFile } from './files.ts';

export interface Verdict {
  /** `sound`, or the code of the refusal. */
  readonly outcome: 'sound' | RdbErrorCode;
  /** What it was refused with, or what was found in it. */
  readonly said: string;
  readonly crc64?: RdbSummary['crc64'];
  readonly digest?: string;
  readonly summary?: RdbSummary;
}

/** How a file is handed over. */
export interface Feeding {
  readonly options: RdbReaderOptions;
  readonly chunkBytes: number;
  /** Whether the reading is stopped after each chunk, and goes on from its checkpoint. */
  readonly resumes: boolean;
}

export function feedingOf({ content, random }: FuzzFile): Feeding {
  const depth = random(4) === 0 ? 'structural' : 'deep';
  const sizeBytes = random(2) === 0 ? { sizeBytes: content.length } : {};
  const chunkBytes = random(2) === 0 ? 65_536 : 1 + random(Math.max(content.length, 1));
  return {
    options: { depth, ...sizeBytes },
    chunkBytes,
    resumes: chunkBytes * 4 > content.length && random(8) === 0,
  };
}

/** @throws whatever is not a verdict */
function verdictOf(content: Uint8Array, read: () => RdbSummary): Verdict {
  try {
    const { digest, ...summary } = read();
    if (summary.bytes !== content.length) throw new Error(`read ${summary.bytes} of ${content.length} bytes`);
    const said = JSON.stringify([summary, digest?.total]);
    return {
      outcome: 'sound',
      said,
      crc64: summary.crc64,
      summary,
      ...(digest ? { digest: digest.total } : {}),
    };
  } catch (error) {
    if (error instanceof RdbError) return { outcome: error.code, said: error.message };
    throw error;
  }
}

function readAll(content: Uint8Array, { options, chunkBytes }: Feeding): RdbSummary {
  const reader = new RdbReader(options);
  for (let at = 0; at < content.length; at += chunkBytes) reader.write(content.slice(at, at + chunkBytes));
  return reader.end();
}

function readWithStops(content: Uint8Array, { options, chunkBytes }: Feeding): RdbSummary {
  let reader = new RdbReader(options);
  for (let at = 0; at < content.length; at += chunkBytes) {
    reader.write(content.slice(at, at + chunkBytes));
    reader = RdbReader.resume(reader.checkpoint());
  }
  return reader.end();
}

export const readByCore = (content: Uint8Array, feeding: Feeding): RdbSummary =>
  feeding.resumes ? readWithStops(content, feeding) : readAll(content, feeding);

export const ofCore = (content: Uint8Array, feeding: Feeding): Verdict =>
  verdictOf(content, () => readByCore(content, feeding));
