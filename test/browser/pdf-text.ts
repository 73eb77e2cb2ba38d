import { inflateSync } from 'node:zlib';

/**
 * The text of a PDF that Chromium printed: each font's own table tells which letter a glyph is. Enough to find words, no
 * reader of PDFs at large.
 */
export function pdfText(pdf: Uint8Array): string {
  const streams = streamsOf(Buffer.from(pdf));
  const letters = new Map<string, string>();
  for (const stream of streams) readLetters(stream, letters);
  return streams
    .filter((stream) => /\bBT\b/.test(stream))
    .map((stream) =>
      [...stream.matchAll(/<([0-9A-Fa-f]+)>|\bTd\b|\bTm\b|\bET\b/g)]
        .map(([, hex]) =>
          hex === undefined
            ? ''
            : (hex.match(/.{4}/g) ?? []).map((code) => letters.get(code.toUpperCase()) ?? '').join(''),
        )
        .join(''),
    )
    .join('\n');
}

function streamsOf(pdf: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = pdf.indexOf('stream'); at >= 0; at = pdf.indexOf('stream', at + 6)) {
    if (pdf.subarray(at - 3, at).toString('latin1') === 'end') continue;
    const begin = pdf[at + 6] === 13 ? at + 8 : at + 7;
    try {
      found.push(inflateSync(pdf.subarray(begin, pdf.indexOf('endstream', begin))).toString('latin1'));
    } catch {
      // Pictures and fonts are packed in other ways.
    }
  }
  return found;
}

function readLetters(stream: string, letters: Map<string, string>): void {
  for (const [, block = ''] of stream.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, code = '', letter = ''] of block.matchAll(/<(\w+)>\s*<(\w+)>/g))
      letters.set(code.toUpperCase(), String.fromCharCode(Number.parseInt(letter.slice(0, 4), 16)));
  for (const [, block = ''] of stream.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
    for (const [, from = '', to = '', letter = ''] of block.matchAll(/<(\w+)>\s*<(\w+)>\s*<(\w+)>/g))
      for (let code = Number.parseInt(from, 16); code <= Number.parseInt(to, 16); code++)
        letters.set(
          code.toString(16).padStart(4, '0').toUpperCase(),
          String.fromCharCode(Number.parseInt(letter, 16) + code - Number.parseInt(from, 16)),
        );
}
