import { AppError } from '../../core/model/errors.ts';
import { landingKeys } from '../../core/model/keys.ts';
import type { ObjectStore } from '../../core/ports.ts';

/** How long status waits for the source region; everything else that it shows comes from the vault's. */
const PATIENCE_MS = 5_000;

/** Whether the source region does not answer. A refusal, of someone who may not look there, is an answer. */
export async function isSourceDown(landing: ObjectStore): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), PATIENCE_MS);
  });
  const answer = landing.head(landingKeys.discovery).then(
    () => false,
    (error: unknown) => error instanceof AppError && error.code === 'AwsUnavailable',
  );
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
