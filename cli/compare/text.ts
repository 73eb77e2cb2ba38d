import { DIFFERENCES, type Difference } from '../../live/compare/name-differences.ts';
import { counted, grouped, keyNameText, printable, spanText } from '../terminal/figures.ts';
import { labelled, type Paint } from '../terminal/page.ts';
import { quoted } from '../terminal/shell.ts';
import type { CompareOutput } from './contract.ts';

const TITLES: Readonly<Record<Difference, string>> = {
  missing: 'missing in the cache',
  added: 'only in the cache',
  different: 'with another value',
  ttl: 'with another expiry time',
};

/** In what a cache differs, for people. */
export function compareText(output: CompareOutput, paint: Paint): string {
  const { source, target, keysExpected, keysFound, expired, warnings, seconds } = output;
  return [
    `  ${title(output, paint)}`,
    '',
    ...labelled([
      ['expected', `${counted(keysExpected, 'key')} of ${source}`],
      ['found', `${counted(keysFound, 'key')} in ${target}`],
      ...(expired > 0 ? [['expired', `${counted(expired, 'key')} that have expired since`] as const] : []),
      ...warnings.map((warning) => ['warning', warning] as const),
    ]),
    ...DIFFERENCES.flatMap((kind) => section(kind, output[kind])),
    ...functions(output),
    ...nextLines(output),
    '',
    `  Compared in ${spanText(seconds)}.`,
  ].join('\n');
}

function title({ verdict, added, functions: { added: libraries } }: CompareOutput, paint: Paint): string {
  if (verdict === 'equal') return paint('green', 'No key differs');
  if (verdict === 'different') return paint('red', 'DIFFERENT');
  const parts = [
    ...(added.keys > 0 ? [counted(added.keys, 'key')] : []),
    ...(libraries.length > 0 ? [counted(libraries.length, 'function library', 'function libraries')] : []),
  ];
  const were = added.keys + libraries.length === 1 ? 'was' : 'were';
  return paint('green', `Nothing is missing; ${parts.join(' and ')} ${were} added since`);
}

function section(kind: Difference, { keys, byType, named }: CompareOutput[Difference]): readonly string[] {
  if (keys === 0) return [];
  const types = Object.entries(byType).map(([type, each]) => `${grouped(each)} ${type}`);
  const lines = named.map(({ database, name, type, expiresAt }) => {
    const when =
      kind === 'ttl' ? `  ${expiresAt.point ?? 'never'}, in the cache ${expiresAt.cache ?? 'never'}` : '';
    return `    ${type.padEnd(7)} db ${database}  ${keyNameText(name)}${when}`;
  });
  const more = keys - named.length;
  return [
    '',
    `  ${counted(keys, 'key')} ${TITLES[kind]}: ${types.join(', ')}`,
    ...lines,
    ...(more > 0 ? [`    … and ${grouped(more)} more: --limit lists more`] : []),
  ];
}

/** What would undo the differences; without `--apply` it writes nothing. */
function nextLines({ verdict, source, target, missing, different, ttl }: CompareOutput): readonly string[] {
  if (verdict !== 'different') return [];
  const recover = `npx redrill recover ${quoted(source)} --into ${quoted(target)}`;
  const isChanged = different.keys + ttl.keys > 0;
  return [
    '',
    '  To see what would be written, and with --apply to write it:',
    ...(missing.keys > 0 || !isChanged ? [`    ${recover}    (only missing keys)`] : []),
    ...(isChanged ? [`    ${recover} --mode overwrite    (also overwrites keys that differ)`] : []),
    '  Runbook: npx redrill open keys-lost',
  ];
}

function functions({ functions: found }: CompareOutput): readonly string[] {
  const rows = (['missing', 'added', 'different'] as const).filter((kind) => found[kind].length > 0);
  if (rows.length === 0) return [];
  return [
    '',
    '  Function libraries',
    ...rows.map((kind) => `    ${kind.padEnd(10)} ${found[kind].map(printable).join(', ')}`),
  ];
}
