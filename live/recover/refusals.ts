import type { KeyType } from '@redrill/rdb';
import { AppError } from '../../core/model/errors.ts';
import { keyNameOf, type RefusedItem, SERVER_DIED } from './progress.ts';

/** What each refusal of a server means. How a write is sent again is in write-shard.ts, and of large values in at-slot-owner.ts. */

/** The value is at fault, not the server: the next one may be taken. */
export function codeOf(message: string): string {
  if (/^ERR Bad data format/.test(message)) return 'BAD_DATA';
  if (/^ERR DUMP payload version or checksum/.test(message)) return 'BAD_PAYLOAD';
  return /^[A-Z][A-Z0-9]*/.exec(message)?.[0] ?? 'ERR';
}

/** The slot is somewhere else, or about to be. */
export const REDIRECTS: ReadonlySet<string> = new Set(['MOVED', 'ASK']);

/** A redirection more than this waits for the cluster to agree with itself. */
export const REDIRECTIONS_AT_ONCE = 3;

/** The server loads its data, or runs a script, and answers nothing else until it is through. */
export const OCCUPIED: ReadonlySet<string> = new Set(['LOADING', 'BUSY']);

/** It will pass: worth another try. */
export const PASSING: ReadonlySet<string> = new Set(['TRYAGAIN', 'CLUSTERDOWN', 'MASTERDOWN', ...OCCUPIED]);

/**
 * The server will not take any key, whichever comes.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors (checked 2026-11-21)
 */
export const STOPS: ReadonlySet<string> = new Set([
  'OOM',
  'NOAUTH',
  'NOPERM',
  'READONLY',
  'MISCONF',
  'NOREPLICAS',
]);

/** What answers a RESTORE with anything but OK or an error does not talk of it, and nobody knows what was written. */
export const notOk = (answer: string): AppError =>
  new AppError('RecoverInterrupted', `a RESTORE was answered with ${answer} instead of OK`);

/** More refused values than this are not kept: something is wrong with all of them. */
export const REFUSED_MAX = 10_000;

export function refusedKey(
  key: { readonly database: number; readonly key: Uint8Array; readonly type: KeyType },
  message: string,
  code = codeOf(message),
): RefusedItem {
  const { database, type } = key;
  return { kind: 'key', database, name: keyNameOf(key.key), type, code, message };
}

/** A value that is not sent any more. */
export const diedOf = (key: Parameters<typeof refusedKey>[0]): RefusedItem =>
  refusedKey(
    key,
    'not sent again: the server died, or was restarted, while this value alone was on its way to it; to send it all the same, recover its key alone, with --match and another --state',
    SERVER_DIED,
  );

/** Whether they are more than can be remembered: a run that has come so far cannot be gone on with. */
export const areTooMany = (refused: readonly RefusedItem[]): boolean => refused.length > REFUSED_MAX;

/** @throws AppError `TargetRefused` when too many have been refused to be remembered */
export function refuseTooMany(refused: readonly RefusedItem[]): void {
  if (!areTooMany(refused)) return;
  const [first] = refused;
  throw new AppError(
    'TargetRefused',
    `more than ${REFUSED_MAX} values were refused, the first with: ${first?.message}; start again, and exclude them with --type or --match`,
  );
}
