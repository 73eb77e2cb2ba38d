/** What is known of duplicates in a file that holds none as far as they were looked for. */
export interface Duplicates {
  /** In how many readings all keys are compared: 1 if they were. */
  readonly keyPasses: number;
  /** In how many readings all members of the largest values are compared: 1 if they were. */
  readonly memberPasses: number;
  /** Whether the reading was interrupted and its checkpoint did not keep what would have been compared. */
  readonly forgotten: boolean;
}

const SECRET_BYTES = 32;
/** Of readings in this process: what keyed their hashes. In another reading the same names fall into the same parts. */
const secrets = new WeakMap<Duplicates, Uint8Array>();

/** The hashes are keyed anew for each file, so that no names can be made to match. @param first an earlier reading of the file */
export function secretAfter(first: Duplicates | undefined): Uint8Array {
  if (first === undefined) return crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  const secret = secrets.get(first);
  if (!secret)
    throw new Error('a reading that was interrupted, or of another process, cannot be gone on with in parts');
  return secret;
}

export function rememberSecret(duplicates: Duplicates, secret: Uint8Array): void {
  secrets.set(duplicates, secret);
}

/** Whether all keys and all members were compared. */
export const areCompared = ({ keyPasses, memberPasses, forgotten }: Duplicates): boolean =>
  keyPasses === 1 && memberPasses === 1 && !forgotten;

/**
 * What is known once a file that has been read is read again as often as it takes. The content of what comes after the
 * first reading need not be digested.
 * @param readAgain makes the reading of that number. @throws whatever it throws
 */
export async function comparedInPasses(
  first: Duplicates,
  readAgain: (again: { readonly pass: number; readonly of: Duplicates }) => Promise<Duplicates | undefined>,
): Promise<Duplicates> {
  let { forgotten } = first;
  for (let pass = 1; pass < passesOf(first); pass++) {
    const found = await readAgain({ pass, of: first });
    // Parts are not quite of one size: one may have been too large for the table in which the first one fitted.
    forgotten ||= found === undefined || found.forgotten || found.keyPasses > first.keyPasses;
  }
  return { keyPasses: 1, memberPasses: 1, forgotten };
}

/** How many readings compare all of them: those after the first are given `again`. */
export const passesOf = ({ keyPasses, memberPasses }: Duplicates): number =>
  Math.max(keyPasses, memberPasses);
