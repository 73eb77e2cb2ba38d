import type { RdbCounts } from '@redrill/rdb';
import { instantText, printable, spanText } from '../terminal/figures.ts';
import { createdAtOf, engineVersionOf } from './contract.ts';

const ENGINES = { redis: 'Redis', valkey: 'Valkey' } as const;

/** Who wrote the file, and when. */
export function originRows(counts: RdbCounts, now: Date): readonly (readonly [string, string])[] {
  if (counts.rdbVersion === 0) return [];
  const version = engineVersionOf(counts);
  const createdAt = createdAtOf(counts);
  const engine = `${ENGINES[counts.engine]}${version === undefined ? '' : ` ${printable(version)}`}`;
  return [
    ['written by', `${engine}, RDB version ${counts.rdbVersion}`],
    ...(createdAt === undefined ? [] : [['written at', whenText(createdAt, now)] as const]),
  ];
}

function whenText(createdAt: Date, now: Date): string {
  const age = (now.getTime() - createdAt.getTime()) / 1000;
  return `${instantText(createdAt)}, ${age < 0 ? `${spanText(-age)} ahead of this clock` : `${spanText(age)} ago`}`;
}
