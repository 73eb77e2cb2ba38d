import { readFileSync } from 'node:fs';
import { EXPECTED_FILE, type ExpectedSettings, expectedSettings } from '../../core/contracts/settings.ts';
import { checked } from '../documents/json-document.ts';
import { environment } from './handler.ts';

/** A text that stands for a variable of the Lambda. */
const VARIABLE = /\{([A-Z][A-Z0-9_]*)\}/g;

/**
 * The settings that were synthesised; they lie beside the bundle.
 * @throws AppError `BadConfig` that names a variable that is missing
 */
export function deployedSettings(): ExpectedSettings {
  const text = readFileSync(new URL(`./${EXPECTED_FILE}`, import.meta.url), 'utf8');
  return filledSettings(text, (name) => environment(name)[name] ?? '');
}

/** The settings in a file's text, with the Lambda's variables filled in. @throws AppError `BadInput` if they do not fit */
export function filledSettings(text: string, variable: (name: string) => string): ExpectedSettings {
  const filled = JSON.parse(text, (_key, value) =>
    typeof value === 'string' ? value.replaceAll(VARIABLE, (_all, name: string) => variable(name)) : value,
  );
  return checked(filled, expectedSettings, EXPECTED_FILE);
}
