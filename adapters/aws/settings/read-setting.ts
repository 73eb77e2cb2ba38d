import type { SettingDocument } from '../../../core/contracts/settings.ts';
import { nameOf, translating } from '../translate.ts';

export interface Patience {
  readonly abortSignal: AbortSignal;
}

/** The watch has a minute for everything; an API that does not answer must not use it up. */
const PATIENCE_MS = 10_000;

/**
 * Reads one setting, in bounded time.
 * @param absent names of the errors by which the service says that nothing is configured
 */
export async function readSetting(
  what: string,
  read: (patience: Patience) => Promise<SettingDocument | undefined>,
  absent: readonly string[] = [],
): Promise<SettingDocument | undefined> {
  return translating(
    `read ${what}`,
    async () => {
      try {
        return await read({ abortSignal: AbortSignal.timeout(PATIENCE_MS) });
      } catch (error) {
        if (absent.includes(nameOf(error))) return undefined;
        throw error;
      }
    },
    { AbortError: 'AwsUnavailable' },
  );
}

/** The members of an answer that are set, of those named. */
export function membersOf<Answer extends object>(
  answer: Answer,
  names: readonly (keyof Answer & string)[],
): SettingDocument {
  return Object.fromEntries(
    names.flatMap((name) => (answer[name] === undefined ? [] : [[name, answer[name]]])),
  );
}
