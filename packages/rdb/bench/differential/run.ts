/** Has files judged by the reader, a server and its checker, and finds where they disagree. */
import { compareDigests, RdbReader } from '../../index.ts';
import { type FuzzFile, fileOf, sources } from '../fuzz/files.ts';
import { ofCore, type Verdict } from '../fuzz/verdict.ts';
import type { Disagreement } from './explanations.ts';
import { Judge, type ServerVerdict } from './server.ts';

export interface DifferentialRange {
  /** The server's program. */
  readonly program: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

export interface Found extends Disagreement {
  readonly file: FuzzFile;
}

export interface Differential {
  readonly files: number;
  /** Files that all three accept, and of which the server holds what the reader says. */
  readonly sound: number;
  readonly refused: number;
  readonly found: readonly Found[];
}

const DEEP = { options: { depth: 'deep' }, chunkBytes: 65_536, resumes: false } as const;

/** Files of versions that the server is old enough for, damaged. */
export async function compareWithServer({
  program,
  seed,
  from,
  to,
}: DifferentialRange): Promise<Differential> {
  // Redis 7.0 has RDB 10. Files of newer versions would only say that the server is too old.
  const sound = sources((header) => header <= 'REDIS0010');
  const judge = new Judge(program);
  const found: Found[] = [];
  const agreed = { sound: 0, refused: 0 };
  try {
    for (let number = from; number < to; number++) {
      const file = fileOf(seed, number, sound);
      const ours = ofCore(file.content, DEEP);
      const differences = [
        difference('checker', ours, await judge.check(file.content), file),
        difference('server', ours, await judge.load(file.content), file),
      ].filter((each) => each !== undefined);
      found.push(...differences.map((each) => ({ ...each, file })));
      if (differences.length === 0) agreed[ours.outcome === 'sound' ? 'sound' : 'refused']++;
    }
  } finally {
    judge.close();
  }
  return { files: to - from, ...agreed, found };
}

function difference(
  who: Disagreement['who'],
  ours: Verdict,
  { loads, said, saved }: ServerVerdict,
  { content }: FuzzFile,
): Disagreement | undefined {
  const isSound = ours.outcome === 'sound';
  if (loads !== isSound) return { who, they: loads ? 'accept' : 'refuse', ours, said };
  if (saved === undefined || !isSound || holdsTheSame(content, saved)) return undefined;
  return { who, they: 'differ', ours, said };
}

/** Whether what a server saved of a file is what the reader found in it; what has expired, a server drops. */
function holdsTheSame(content: Uint8Array, saved: Uint8Array): boolean {
  const [before, after] = [content, saved].map((each) => {
    const reader = new RdbReader({ depth: 'deep' });
    reader.write(each);
    return reader.end().digest;
  });
  return before !== undefined && after !== undefined && compareDigests(before, after, Date.now()).matches;
}
