import { NotModelledError } from '../service.ts';

export type Pattern = Readonly<Record<string, unknown>>;

/**
 * Whether an event has what a pattern asks for: every member, with one of the listed texts or one that begins as listed.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matches(pattern: Pattern, event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  return Object.entries(pattern).every(([name, wanted]) => {
    const found = (event as Record<string, unknown>)[name];
    return Array.isArray(wanted)
      ? wanted.some((each) => fits(each, found))
      : matches(wanted as Pattern, found);
  });
}

function fits(wanted: unknown, found: unknown): boolean {
  if (typeof wanted === 'string') return wanted === found;
  return typeof found === 'string' && found.startsWith((wanted as { readonly prefix: string }).prefix);
}

/** @throws NotModelledError for anything but texts and prefixes */
export function checkPattern(pattern: unknown, path = 'EventPattern'): Pattern {
  if (typeof pattern !== 'object' || pattern === null)
    throw new NotModelledError(`${path} other than an object`);
  for (const [name, wanted] of Object.entries(pattern)) {
    if (!Array.isArray(wanted)) checkPattern(wanted, `${path}.${name}`);
    else if (!wanted.every(isKnown))
      throw new NotModelledError(`${path}.${name} other than texts and prefixes`);
  }
  return pattern as Pattern;
}

const isKnown = (wanted: unknown) =>
  typeof wanted === 'string' ||
  (typeof wanted === 'object' &&
    wanted !== null &&
    Object.keys(wanted).join() === 'prefix' &&
    'prefix' in wanted &&
    typeof wanted.prefix === 'string');
