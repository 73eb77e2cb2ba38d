import { hashOfDump, type KeyType, RdbError, typeOfDump } from '@redrill/rdb';
import { AppError } from '../../core/model/errors.ts';
import { keyNameOf } from '../recover/progress.ts';

interface Dumped {
  readonly database: number;
  readonly name: Uint8Array;
  /** What DUMP answered. */
  readonly payload: Uint8Array;
}

/** @throws AppError `TargetUnreadable` that names the key, if the payload is none that is known */
export function readDump({ database, name, payload }: Dumped): {
  readonly type: KeyType;
  readonly valueHash: string;
} {
  try {
    const valueHash = hashOfDump({ database, key: name, payload, expiresAtMs: undefined });
    return { type: typeOfDump(payload), valueHash };
  } catch (error) {
    throw unreadable(database, name, error);
  }
}

/** The error that says of which key the reader speaks; any other error as it is. */
export function unreadable(database: number, name: Uint8Array, error: unknown): unknown {
  if (!(error instanceof RdbError)) return error;
  const named = keyNameOf(name);
  const key = 'text' in named ? `'${named.text}'` : `${named.base64} (base64)`;
  const message = `what the cache holds of key ${key} in database ${database} cannot be read: ${error.message}`;
  return new AppError('TargetUnreadable', message, { cause: error });
}
