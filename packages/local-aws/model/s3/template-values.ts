import { NotModelledError, ServiceError } from '../service.ts';

/*
 * Readers of nested template properties. CloudFormation takes `"true"` for `true` and `"7"` for `7`; so do these. A
 * property that is not listed is refused by name.
 */

export type Properties = Readonly<Record<string, unknown>>;

/** An object with no properties but these. @throws NotModelledError naming another */
export function propertiesOf(value: unknown, path: string, modelled: readonly string[]): Properties {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(path, 'an object', value);
  for (const name of Object.keys(value))
    if (!modelled.includes(name)) throw new NotModelledError(`the property ${path}.${name}`);
  return { ...value };
}

export function listOf<T>(value: unknown, path: string, read: (item: unknown, path: string) => T): T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrong(path, 'a list', value);
  return value.map((item, index) => read(item, `${path}[${index}]`));
}

export function textOf(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(path, 'a string', value);
}

export function numberOf(value: unknown, path: string): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw wrong(path, 'a number', value);
}

export function booleanOf(value: unknown, path: string): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false' || value === undefined) return false;
  throw wrong(path, 'a boolean', value);
}

/** One of the values listed. @throws NotModelledError naming another */
export function oneOf<T extends string>(value: unknown, path: string, modelled: readonly T[]): T {
  const found = modelled.find((one) => one === value);
  if (found === undefined) throw new NotModelledError(`${path} = ${JSON.stringify(value)}`);
  return found;
}

function wrong(path: string, expected: string, value: unknown): ServiceError {
  return new ServiceError('ValidationError', `${path} is ${JSON.stringify(value)}, which is not ${expected}`);
}
