import type { SettingDocument } from '../../../core/contracts/settings.ts';
import { AppError } from '../../../core/model/errors.ts';
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
  return translating(`read ${what}`, async () => {
    const abortSignal = AbortSignal.timeout(PATIENCE_MS);
    try {
      return await read({ abortSignal });
    } catch (cause) {
      if (absent.includes(nameOf(cause))) return undefined;
      if (nameOf(cause) !== 'AbortError') throw cause;
      const silent = `read ${what}: AWS has not answered within ${PATIENCE_MS / 1000} s`;
      throw new AppError('AwsUnavailable', silent, { cause });
    }
  });
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
