import { readFile, writeFile } from 'node:fs/promises';

/** The header, its AUX entries and the first opcodes: nothing before this is a value of anybody's. */
const HEADER_BYTES = 128;
/** The end-of-file opcode and the checksum. */
const FOOTER_BYTES = 9;

/**
 * Changes one byte inside a value of an RDB file, leaving its length and checksum as they are: the lowest bit of the
 * middle byte of the longest run of printable characters, which is the text of a value wherever there is any text; in
 * a file without, the middle byte of its body.
 */
export async function flipByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  const start = Math.min(HEADER_BYTES, Math.floor(bytes.length / 2));
  const end = Math.max(bytes.length - FOOTER_BYTES, start);
  const run = longestPrintable(bytes, start, end);
  const at = run.length > 2 ? run.from + Math.floor(run.length / 2) : Math.floor((start + end) / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

interface Run {
  readonly from: number;
  readonly length: number;
}

function longestPrintable(bytes: Buffer, start: number, end: number): Run {
  let longest: Run = { from: start, length: 0 };
  let from = start;
  for (let at = start; at <= end; at++) {
    const byte = bytes[at] ?? 0;
    if (at < end && byte >= 0x20 && byte < 0x7f) continue;
    if (at - from > longest.length) longest = { from, length: at - from };
    from = at + 1;
  }
  return longest;
}
