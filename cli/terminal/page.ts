import { styleText } from 'node:util';

/** Styles are put on only where the stream is a terminal that has colours, and NO_COLOR is not set. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

export function paintFor(stream: NodeJS.WriteStream): Paint {
  // Asked here, because Node 20 styles text for a pipe too.
  const isPainted = hasColours(stream);
  return (style, text) => (isPainted ? styleText(style, text, { stream }) : text);
}

export const hasColours = (stream: NodeJS.WriteStream): boolean =>
  process.env.FORCE_COLOR !== undefined || (stream.isTTY === true && stream.hasColors());

const LABEL_COLUMNS = 14;
const PAGE_COLUMNS = 80;

/** Labelled lines; what is longer than a line goes on below itself, and a label never touches its text. */
export function labelled(
  rows: readonly (readonly [label: string, text: string])[],
  labelColumns = LABEL_COLUMNS,
): readonly string[] {
  const room = PAGE_COLUMNS - labelColumns - 2;
  return rows.flatMap(([label, text]) =>
    wrapped(text, room).map((line, at) => `  ${(at === 0 ? `${label} ` : '').padEnd(labelColumns)}${line}`),
  );
}

/** Indented by two. */
export const paragraph = (text: string): readonly string[] =>
  wrapped(text, PAGE_COLUMNS - 2).map((line) => `  ${line}`);

/** Words that are longer than a line are left whole, so that they can be copied. */
function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Each cell as wide as its column. @param isRight whether the cells of a column are moved to its right edge */
export function aligned(
  rows: readonly (readonly string[])[],
  isRight: (column: number) => boolean,
): readonly (readonly string[])[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, at) => (isRight(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))),
  );
}

/** Columns under a title, the first to the left and the others to the right. */
export function table(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return aligned(rows, (column) => column > 0).map(
    (cells, at) => `  ${(at === 0 ? title : '').padEnd(LABEL_COLUMNS)}${cells.join('  ')}`,
  );
}
