import type { SettingDocument } from '../../../core/contracts/settings.ts';
import { AppError } from '../../../core/model/errors.ts';

/** A policy that an API gives as a text. @throws AppError `RefusedByAws` if it is not a JSON object */
export function policyOf(text: string | undefined): SettingDocument | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  } catch {
    // Told below, as every other text that is not an object.
  }
  throw new AppError('RefusedByAws', `a policy is not a JSON object: ${text.slice(0, 60)}`);
}
