import { KEY_TYPES, type KeyType } from '@redrill/rdb';
import { globOf } from '../../adapters/redis/glob.ts';
import { AppError } from '../../core/model/errors.ts';
import type { Selection } from '../../live/recover/write-shard.ts';
import { nearest } from '../nearest.ts';
import type { TargetOptions } from '../target.ts';

/** As commander has parsed them. */
export interface RecoverOptions extends TargetOptions {
  readonly into: string;
  readonly mode: 'missing' | 'overwrite' | 'report';
  readonly apply?: true;
  readonly match?: string;
  readonly type?: string;
  readonly db?: string;
  readonly functions: boolean;
  readonly rate?: number;
  readonly patience: number;
  readonly state?: string;
  readonly resume?: string;
  readonly json?: true;
}

/** @throws AppError `BadInput` that names what is not understood */
export function selectionOf({ match, type, db }: RecoverOptions): Selection {
  const accepts = match === undefined ? undefined : globOf(match);
  return {
    ...(accepts === undefined ? {} : { accepts: ({ name }) => accepts(name) }),
    ...(type === undefined ? {} : { types: type.split(',').map(keyType) }),
    ...(db === undefined ? {} : { databases: db.split(',').map(databaseNumber) }),
  };
}

/** What another run has to be called with as well to go on: what changes which keys are written, and how. */
export function boundOptions({ mode, match, type, db, functions }: RecoverOptions): Record<string, unknown> {
  const given = { mode, match, type, db, ...(functions ? {} : { functions }) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function keyType(text: string): KeyType {
  const found = KEY_TYPES.find((type) => type === text.trim());
  if (found !== undefined) return found;
  throw new AppError('BadInput', `--type '${text}' is not a key type${nearest(text, KEY_TYPES)}`);
}

function databaseNumber(text: string): number {
  if (/^\d+$/.test(text.trim())) return Number(text);
  throw new AppError(
    'BadInput',
    `--db '${text}' is not a database number; give 0 to 15, for example --db 0,3`,
  );
}
