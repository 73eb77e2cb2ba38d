import { unusable } from '../../adapters/documents/flawed-object.ts';
import { readJson } from '../../adapters/documents/json-objects.ts';
import { discovery } from '../../core/contracts/source-sight.ts';
import { AppError } from '../../core/model/errors.ts';
import { landingKeys } from '../../core/model/keys.ts';
import type { ObjectStore } from '../../core/ports.ts';

/** How long status waits for the source region; everything else that it shows comes from the vault's. */
const PATIENCE_MS = 5_000;

export interface SourceRegion {
  /** Whether it does not answer. A refusal, of someone who may not look there, is an answer. */
  readonly down: boolean;
  /** Version of Redrill that its watch has. @default not known */
  readonly redrill?: string | undefined;
}

/** Whether the source region answers, and what its watch has written there. */
export async function lookAtSource(landing: ObjectStore): Promise<SourceRegion> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<SourceRegion>((resolve) => {
    timer = setTimeout(() => resolve({ down: true }), PATIENCE_MS);
  });
  const answer = readJson(landing, landingKeys.discovery, discovery)
    .catch(unusable)
    .then(
      (found): SourceRegion => ({ down: false, redrill: found?.value.redrill }),
      (error: unknown) => ({ down: error instanceof AppError && error.code === 'AwsUnavailable' }),
    );
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
