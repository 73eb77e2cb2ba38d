import { objectStore } from '../../adapters/aws/object-store.ts';
import { resourceNames } from '../../core/contracts/resources.ts';
import { AppError } from '../../core/model/errors.ts';
import { landingKeys } from '../../core/model/keys.ts';
import type { Vault } from '../vault.ts';

/** How long status waits for the source region; everything else that it shows comes from the vault's. */
const PATIENCE_MS = 5_000;

/** Whether the source region does not answer. A refusal, of someone who may not look there, is an answer. */
export async function isSourceDown({ config, sourceAccount }: Vault): Promise<boolean> {
  const { region } = config.source;
  const landing = objectStore({ bucket: resourceNames.landingBucket(sourceAccount, config), region });
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
