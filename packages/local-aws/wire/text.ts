import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from '../model/service.ts';
import { MalformedOutputError } from './schema.ts';

/** The three ways of writing an instant: https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait */
export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

const FORMAT_BY_SCHEMA: Readonly<Record<number, TimestampFormat>> = {
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
};

/** The member's own format, or else the protocol's. */
export function timestampFormat(schema: NormalizedSchema, byDefault: TimestampFormat): TimestampFormat {
  const raw = schema.getSchema();
  return (typeof raw === 'number' ? FORMAT_BY_SCHEMA[raw] : undefined) ?? byDefault;
}

/** Reads a scalar that came as text: a query value, a header, a label, an XML element. */
export function readText(
  schema: NormalizedSchema,
  text: string,
  path: string,
): string | number | boolean | Date | Uint8Array {
  if (schema.isBooleanSchema()) return readBoolean(text, path);
  if (schema.isNumericSchema() || schema.isBigIntegerSchema()) return readNumber(text, path);
  if (schema.isTimestampSchema()) return readInstant(text, path);
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}

function readBoolean(text: string, path: string): boolean {
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  throw invalidValue(path, text, 'a boolean');
}

function readNumber(text: string, path: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw invalidValue(path, text, 'a number');
  return value;
}

/** Any of the three formats: clients differ in which they send. */
export function readInstant(text: string, path: string): Date {
  const instant = /^-?\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (Number.isNaN(instant.getTime())) throw invalidValue(path, text, 'a timestamp');
  return instant;
}

/** Writes a scalar as text. @throws MalformedOutputError if the model gave another type */
export function writeText(
  schema: NormalizedSchema,
  value: unknown,
  path: string,
  format: TimestampFormat,
): string {
  if (schema.isTimestampSchema()) return writeInstant(asDate(value, path), timestampFormat(schema, format));
  if (schema.isBlobSchema()) return Buffer.from(asBytes(value, path)).toString('base64');
  const expected = schema.isBooleanSchema() ? 'boolean' : schema.isNumericSchema() ? 'number' : 'string';
  if (typeof value !== expected)
    throw new MalformedOutputError(path, `expected a ${expected}, got ${typeof value}`);
  return String(value);
}

export function writeInstant(instant: Date, format: TimestampFormat): string {
  if (format === 'http-date') return instant.toUTCString();
  if (format === 'epoch-seconds') return String(instant.getTime() / 1000);
  return instant.toISOString();
}

export function asDate(value: unknown, path: string): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw new MalformedOutputError(path, 'expected a Date');
}

export function asBytes(value: unknown, path: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value);
  throw new MalformedOutputError(path, 'expected bytes');
}

/** A value that the operation's schema cannot take. */
export function invalidValue(path: string, value: string, expected: string): ServiceError {
  return new ServiceError('InvalidParameterValue', `${path} is "${value}", which is not ${expected}`);
}
