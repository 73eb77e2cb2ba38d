/** Settings as short texts, for comparing and for people. */

/** How a setting differs from what was deployed, in two texts. */
export interface Difference {
  readonly of: string;
  readonly expected: string;
  readonly found: string;
}

/** JSON whose members are in order, without those that are not set. */
export function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(inOrder(value));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, member]) => [name, inOrder(member)]),
  );
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Longest value that a message shows, characters; the whole of it is in the command that puts it back. */
const SHOWN_CHARACTERS = 240;

export function shortened(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 1)}…`;
}
