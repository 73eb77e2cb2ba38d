import { AppError } from '../../core/model/errors.ts';

/** What `redrill init` is called with, as it was typed. */
export interface InitOptions {
  readonly source?: string;
  readonly vault?: string;
  readonly email?: string;
  readonly vaultAccount?: string;
  readonly account?: string;
  readonly cache: readonly string[];
  readonly yes?: true;
  readonly demo?: true;
}

/** @throws AppError `BadInput` if something is asked for beside the demo, which asks nothing and writes nothing */
export function refuseBesideDemo({ demo, cache, ...others }: InitOptions): void {
  if (!demo) return;
  const [stray] = [...Object.keys(others), ...(cache.length > 0 ? ['cache'] : [])];
  if (stray === undefined) return;
  const option = stray.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new AppError(
    'BadInput',
    `--${option} does not go with --demo, which writes no configuration; omit it`,
  );
}
