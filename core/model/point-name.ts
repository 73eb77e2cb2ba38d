import { AppError } from './errors.ts';
import { instantIn } from './instant.ts';
import { isSlot, type Slot } from './slot.ts';
import { TIERS } from './tier.ts';

/** Which recovery point of a cache: the newest verified one, the one of a slot, or the newest verified one of a time. */
export type Which =
  | { readonly kind: 'latest' }
  | { readonly kind: 'slot'; readonly slot: Slot }
  | { readonly kind: 'at'; readonly instant: Date };

/** A recovery point as people name it. */
export interface PointName {
  readonly cache: string;
  readonly which: Which;
}

/** What can be a cache's name, whatever its kind. */
const CACHE_FORM = /^[a-z0-9][a-z0-9-]*$/i;

/** How to write one; for the help of the commands that take it. */
export const POINT_FORM =
  '<cache>/<which>, where <which> is latest, a slot such as 20261121T060000Z, or a time such as 2026-11-21T06:10Z';

/**
 * `sessions 20261121T060000Z`, `sessions latest`, `sessions 2026-11-21T06:10Z`; or in one word with a slash between, which is
 * also how they are printed. A key or URL of the vault that leads to a point names it too.
 *
 * @throws AppError `BadPointName`
 */
export function parsePointName(first: string, second?: string): PointName {
  if (second !== undefined) return { cache: first, which: parseWhich(second, first) };
  const { cache, which } = partsOf(first);
  if (!CACHE_FORM.test(cache))
    throw new AppError('BadPointName', `'${first}' is not a recovery point; write ${POINT_FORM}`);
  if (which !== undefined) return { cache, which: parseWhich(which, cache) };
  throw new AppError(
    'BadPointName',
    `'${first}' names a cache and no recovery point of it; write ${first}/latest, or ${first}/<slot>`,
  );
}

/** @throws AppError `BadPointName` */
export function parseWhich(text: string, cache: string): Which {
  if (text === 'latest') return { kind: 'latest' };
  if (isSlot(text)) return { kind: 'slot', slot: text };
  const instant = instantIn(text);
  if (instant !== undefined) return { kind: 'at', instant };
  throw new AppError(
    'BadPointName',
    `'${text}' is not a recovery point of ${cache}; write latest, a slot such as 20261121T060000Z, or a time such as 2026-11-21T06:10Z`,
  );
}

/** `sessions/20261121T060000Z`: the one name that is printed, and that every command takes. */
export function pointNameOf({ cache, slot }: { readonly cache: string; readonly slot: Slot }): string {
  return `${cache}/${slot}`;
}

/** `daily/sessions/20261121T060000Z/shard-0001.rdb`, after `s3://<bucket>/` or without it. */
const VAULT_KEY = new RegExp(
  `^(?:s3://[^/]+/)?(?:${TIERS.join('|')})/(?<cache>[^/]+)/(?<which>\\d{8}T\\d{6}Z)(?:/[^/]*)?$`,
);

function partsOf(text: string): { readonly cache: string; readonly which?: string } {
  const { cache, which } = VAULT_KEY.exec(text)?.groups ?? {};
  if (cache !== undefined && which !== undefined) return { cache, which };
  const [name = '', ...rest] = text.split('/');
  return rest.length === 0 ? { cache: name } : { cache: name, which: rest.join('/') };
}
