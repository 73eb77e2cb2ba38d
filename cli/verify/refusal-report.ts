import { counted, grouped, printable } from '../terminal/figures.ts';
import { labelled, type Paint, paragraph } from '../terminal/page.ts';
import { originRows } from './origin-rows.ts';
import type { RefusedFile } from './verification.ts';
import { adviceOn, consequenceOf, expectationOf, meaningOf, placeOf } from './words.ts';

const VERDICTS = {
  'not-sound': ['NOT SOUND', 'red'],
  unsupported: ['UNSUPPORTED', 'yellow'],
} as const;

/** What is wrong, where, what that means for the data, and what to do. */
export function refusalReport(file: RefusedFile, now: Date, paint: Paint): readonly string[] {
  const [verdict, colour] = VERDICTS[file.verdict];
  return [
    `${paint(['bold', colour], verdict)}  ${paint('bold', printable(file.name))}`,
    '',
    ...paragraph(meaningOf(file)),
    '',
    ...labelled([
      ['at byte', placeOf(file)],
      ...expectationOf(file).map(([label, text]) => [label, printable(text)] as const),
      ['code', file.error.code],
      ...originRows(file.counts, now),
      ['read before', readText(file)],
    ]),
    '',
    ...paragraph(consequenceOf(file)),
    '',
    'What to do',
    ...adviceOn(file).flatMap((advice) => labelled([['-', advice]], 2)),
  ];
}

/** `615,873 keys: 550,000 in database 0, 65,873 in database 1` */
function readText({ counts }: RefusedFile): string {
  const databases = Object.entries(counts.byDatabase);
  const [only] = databases;
  if (only === undefined) return 'no keys';
  if (databases.length === 1) return `${counted(counts.keys, 'key')} of database ${only[0]}`;
  const each = databases.map(([database, keys]) => `${grouped(keys)} of database ${database}`);
  return `${counted(counts.keys, 'key')}: ${each.join(', ')}`;
}
