import type { RoleSetting } from '../contracts/settings.ts';
import { WATCH_EVERY_MS } from '../model/periods.ts';

/** Looks in which every role is looked at once: an hour. */
const TURNS = 4;

/**
 * The roles that a look reads: a quarter of them, so that IAM, which limits an account's calls and publishes no limit, is
 * asked some twenty times in a look; and those that people were told of, so that a repair is noticed with the next look.
 */
export function rolesInTurn(
  roles: readonly RoleSetting[],
  now: Date,
  isTold: (role: string) => boolean,
): RoleSetting[] {
  const turn = Math.floor(now.getTime() / WATCH_EVERY_MS) % TURNS;
  return roles
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .filter(({ name }, at) => at % TURNS === turn || isTold(name));
}
