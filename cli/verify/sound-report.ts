import {
  areCompared,
  type Duplicates,
  ELASTICACHE_KEY,
  type RdbCounts,
  type RdbSummary,
  type SlotRange,
  warningsOf,
} from '@redrill/rdb';
import { percentText } from '../../core/model/percent.ts';
import { byteText, counted, grouped, printable, spanText } from '../terminal/figures.ts';
import { labelled, type Paint, table } from '../terminal/page.ts';
import { estimatedBytesOf, usedBytesOf } from './contract.ts';
import { expirySpread } from './expiry-spread.ts';
import { originRows } from './origin-rows.ts';
import type { SoundFile, Verification } from './verification.ts';

const SLOTS_IN_ALL = 16_384;
/** More ranges of slots than this are counted, not listed. */
const RANGES_SHOWN = 4;

type Row = readonly [string, string];

export function soundReport(file: SoundFile, now: Date, paint: Paint): readonly string[] {
  const { summary, name } = file;
  const verdict = paint(['bold', summary.crc64 === 'valid' ? 'green' : 'yellow'], 'SOUND');
  return [
    `${verdict}  ${paint('bold', printable(name))}`,
    '',
    ...labelled([
      ...originRows(summary, now),
      ['size', `${byteText(summary.bytes)} (${counted(summary.bytes, 'byte')})`],
      ['checksum', checksumText(summary)],
      ['values', valuesText(file)],
      ...(summary.duplicates ? [['duplicates', duplicatesText(summary.duplicates)] as const] : []),
      ...warningsOf(summary).map(({ message }): Row => ['warning', message]),
    ]),
    '',
    ...labelled([['keys', keysText(summary)]]),
    ...countTable('by type', Object.entries(summary.byType), summary.keys),
    ...countTable('by database', Object.entries(summary.byDatabase), summary.keys),
    ...countTable('by encoding', Object.entries(summary.byEncoding), summary.keys),
    ...expiryTable(summary, now),
    '',
    ...labelled(contentRows(file)),
    ...biggestKeys(summary),
    ...loadLines(file, paint),
    '',
    paint('dim', timeText(file, summary)),
  ];
}

function loadLines({ load }: SoundFile, paint: Paint): readonly string[] {
  if (load === undefined) return [];
  const { server, outcome, keysCompared, expired, message = '' } = load;
  const gone = expired === 0 ? '' : `; ${counted(expired, 'key')} had expired by then`;
  const words = {
    equal: paint('green', `equal: ${counted(keysCompared, 'key')} compared${gone}`),
    different: paint(['bold', 'red'], `DIFFERENT: ${message}`),
    refused: paint(['bold', 'red'], `REFUSED by the server: ${printable(message)}`),
    unsupported: paint('yellow', `not loaded, this server cannot read the file: ${printable(message)}`),
    ended: paint('yellow', `not loaded: ${printable(message)}`),
  }[outcome];
  const product = { redis: 'Redis', valkey: 'Valkey' }[server.engine];
  return [
    '',
    ...labelled([
      ['loaded into', `${product} ${server.version} (${server.file})`],
      ['', words],
    ]),
  ];
}

function checksumText({ crc64, rdbVersion }: RdbSummary): string {
  if (crc64 === 'valid') return 'ok: the CRC-64 at its end matches all bytes before it';
  const why =
    crc64 === 'none'
      ? `files of RDB version ${rdbVersion} have none`
      : 'the server wrote none (rdbchecksum no)';
  return `unverifiable: ${why}, so a changed byte that leaves the file well-formed cannot be detected`;
}

function valuesText({ depth, summary }: SoundFile): string {
  if (depth === 'structural') return 'not decoded: omit --structural to check and digest every one';
  const opaque =
    summary.opaqueKeys === 0
      ? ''
      : `, but for ${counted(summary.opaqueKeys, 'value')} of modules, which only the module understands`;
  return `all decoded, ${counted(summary.elements ?? 0, 'element')}${opaque}`;
}

function duplicatesText(duplicates: Duplicates): string {
  if (areCompared(duplicates)) return 'none: no key and no member of a value occurs twice';
  return (
    'not all keys and members were compared: there are too many for one reading in its memory. ' +
    'A file, or an object in S3, is read as often as needed'
  );
}

function keysText({ keys, emptyKeys, elastiCacheKeys }: RdbSummary): string {
  const empty =
    emptyKeys > 0
      ? `, and ${counted(emptyKeys, 'empty collection')} that servers skip when they load the file`
      : '';
  const own = elastiCacheKeys > 0 ? `; ElastiCache’s own ${ELASTICACHE_KEY} is not counted` : '';
  return `${grouped(keys)}${empty}${own}`;
}

const TENTHS = { decimals: 1, zeros: true } as const;

/** By falling count, what does not occur left out. */
function countTable(
  title: string,
  counts: readonly (readonly [string, number])[],
  all: number,
): readonly string[] {
  const rows = counts.filter(([, keys]) => keys > 0).sort(([, one], [, other]) => other - one);
  return table(
    title,
    rows.map(([name, keys]) => [name, grouped(keys), percentText(keys / all, TENTHS)]),
  );
}

/** Words for the stretches of time, in the order in which they come. */
const STRETCHES = [
  ['expired', 'expired'],
  ['withinHour', 'in < 1 h'],
  ['withinDay', 'in < 1 d'],
  ['withinWeek', 'in < 7 d'],
  ['withinMonth', 'in < 30 d'],
  ['later', 'later'],
] as const;
/** Bins wider than this make the spread so coarse that it has to be said, seconds. */
const COARSE_SECONDS = 600;

function expiryTable({ keys, withExpiry, digest, fieldsWithExpiry }: RdbSummary, now: Date) {
  if (keys === 0) return [];
  const never: Row = ['never', grouped(keys - withExpiry)];
  if (!digest)
    return countTable(
      'expiring',
      [
        ['never', keys - withExpiry],
        ['some day', withExpiry],
      ],
      keys,
    );
  const spread = expirySpread(digest, now);
  const rows = STRETCHES.map(([stretch, words]): readonly [string, number] => [words, spread[stretch]]);
  const known = rows.filter(([, count]) => count > 0);
  const lines = [never, ...known.map(([words, count]): Row => [words, grouped(count)])].map(
    ([words, count]) => [words, count, percentText(Number(count.replaceAll(',', '')) / keys, TENTHS)],
  );
  const notes: Row[] = [];
  if (spread.precisionSeconds > COARSE_SECONDS && withExpiry > 0)
    notes.push(['', `known to within ${spanText(spread.precisionSeconds)}, because some expire very late`]);
  if (fieldsWithExpiry)
    notes.push(['', `in addition, ${counted(fieldsWithExpiry, 'hash field')} with an expiry`]);
  return [...table('expiring', lines), ...labelled(notes)];
}

function contentRows({ summary }: SoundFile): readonly Row[] {
  const { digest, functions, slots } = summary;
  return [
    ...(functions > 0 ? [['functions', counted(functions, 'library', 'libraries')] as const] : []),
    ...(slots && summary.keys > 0 ? [['hash slots', slotsText(slots)] as const] : []),
    ['memory', memoryText(summary)],
    ...(digest ? [['digest', digest.total] as const] : []),
  ];
}

function slotsText({
  count,
  ranges,
}: {
  readonly count: number;
  readonly ranges: readonly SlotRange[];
}): string {
  const text = `keys in ${grouped(count)} of ${grouped(SLOTS_IN_ALL)}`;
  if (ranges.length > RANGES_SHOWN) return `${text}, from ${ranges[0]?.first} to ${ranges.at(-1)?.last}`;
  const listed = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return `${text}: ${listed.join(', ')}`;
}

function memoryText(summary: RdbSummary): string {
  const used = usedBytesOf(summary);
  const estimated = estimatedBytesOf(summary);
  const parts = [
    ...(used === undefined ? [] : [`${byteText(used)} in use when it was written, says the file`]),
    ...(estimated === undefined
      ? []
      : [
          `up to ${byteText(estimated)} to load it, a cautious estimate: 2 × the file, 100 B a key, 64 B an element`,
        ]),
  ];
  return parts.length === 0 ? 'not known without decoding the values' : parts.join('; ');
}

function biggestKeys({ biggestKeys: keys = [] }: RdbSummary): readonly string[] {
  const rows = keys.map(({ sizeBytes, type, database, nameHash, name }) => [
    byteText(sizeBytes).padStart(8),
    type.padEnd(6),
    `db ${database}`,
    name === undefined ? `#${nameHash}` : JSON.stringify(printable(name)),
  ]);
  return keys.length === 0 ? [] : ['', ...table('biggest keys', rows)];
}

function timeText({ seconds, depth }: Verification, { bytes }: RdbCounts): string {
  const rate = seconds > 0 ? `, ${byteText(bytes / seconds)}/s` : '';
  return `  Read ${depth === 'deep' ? 'deep' : 'structurally'} in ${seconds.toFixed(2)} s${rate}.`;
}
