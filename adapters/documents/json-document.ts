import type * as z from 'zod';
import { fitContract } from '../../core/contracts/problems.ts';
import { newerThan } from '../../core/contracts/version.ts';
import { AppError } from '../../core/model/errors.ts';
import { VERSION } from '../../core/model/version.ts';

const decoder = new TextDecoder();

/**
 * What the bytes of a JSON document say by their contract.
 * @throws AppError `BadInput` that names the document and every field that does not fit, `NewerFormat`
 */
export function parseDocument<Schema extends z.ZodType>(
  body: Uint8Array,
  schema: Schema,
  where: string,
): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(body));
  } catch (cause) {
    throw new AppError('BadInput', `${where} is not JSON`, { cause });
  }
  refuseNewer(json, schema, where);
  return checked(json, schema, where);
}

/** @throws AppError `NewerFormat` if a newer Redrill wrote the document, in a form that this one would misread */
export function refuseNewer(document: unknown, schema: z.ZodType, where: string): void {
  const newer = newerThan(schema, document);
  if (newer === undefined) return;
  const { version, read } = newer;
  throw new AppError(
    'NewerFormat',
    `${where} has version ${version} of its format, and redrill ${VERSION} reads up to version ${read}: upgrade redrill`,
  );
}

/** @throws AppError `BadInput` with every field that does not fit */
export function checked<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  where: string,
): z.output<Schema> {
  const result = fitContract(value, schema, 'as a whole');
  if (result.fits) return result.value;
  throw new AppError('BadInput', `${where} does not match its schema: ${result.problems.join('; ')}`);
}
