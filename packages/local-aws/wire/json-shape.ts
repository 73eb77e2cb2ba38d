import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from '../model/service.ts';
import { MalformedOutputError, requiredMembers, unknownParameter } from './schema.ts';
import { asBytes, asDate } from './text.ts';

/** What JSON and CBOR do differently with the same tree of values. */
export interface TreeFlavour {
  /** Whether members go by their `jsonName`; only restJson does. */
  readonly jsonName: boolean;
  readBytes(value: unknown, path: string): Uint8Array;
  writeBytes(bytes: Uint8Array): unknown;
  readInstant(value: unknown, path: string): Date;
  writeInstant(instant: Date, schema: NormalizedSchema): unknown;
}

type Members = Iterable<[string, NormalizedSchema]>;

/** Reads a structure. @throws NotModelledError naming a member that it does not have; ServiceError on a wrong type */
export function readTreeStructure(
  members: Members,
  value: unknown,
  path: string,
  flavour: TreeFlavour,
): Record<string, unknown> {
  const left = new Map(Object.entries(asRecord(value, path)));
  const structure: Record<string, unknown> = {};
  for (const [name, member] of members) {
    const wireName = wireNameOf(name, member, flavour);
    const given = left.get(wireName);
    left.delete(wireName);
    if (given === undefined || given === null) continue;
    structure[name] = readTree(member, given, `${path}.${name}`, flavour);
  }
  left.delete('__type');
  const [unknown] = left.keys();
  if (unknown !== undefined) throw unknownParameter(path, unknown);
  return structure;
}

function readTree(schema: NormalizedSchema, value: unknown, path: string, flavour: TreeFlavour): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) {
    const structure = readTreeStructure(schema.structIterator(), value, path, flavour);
    requireMembers(schema, structure, path);
    return structure;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(path, 'a list');
    const item = schema.getValueSchema();
    return value.map((one, index) => readTree(item, one, `${path}[${index}]`, flavour));
  }
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    return mapValues(asRecord(value, path), (one, key) => readTree(item, one, `${path}.${key}`, flavour));
  }
  if (schema.isTimestampSchema()) return flavour.readInstant(value, path);
  if (schema.isBlobSchema()) return flavour.readBytes(value, path);
  const expected = scalarType(schema);
  if (typeof value !== expected) throw wrongType(path, `a ${expected}`);
  return value;
}

/** @throws ServiceError `ValidationException` naming a missing member, as the JSON services word it */
export function requireMembers(
  schema: NormalizedSchema,
  structure: Record<string, unknown>,
  path: string,
): void {
  const missing = requiredMembers(schema).find((name) => structure[name] === undefined);
  if (missing === undefined) return;
  throw new ServiceError(
    'ValidationException',
    `1 validation error detected: Value null at '${path}.${missing}' failed to satisfy constraint: Member must not be null`,
  );
}

/** Writes a structure. @throws MalformedOutputError for anything that the schema does not have */
export function writeTreeStructure(
  members: Members,
  value: unknown,
  path: string,
  flavour: TreeFlavour,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new MalformedOutputError(path, 'expected an object');
  const left = new Map(Object.entries(value).filter(([, member]) => member !== undefined && member !== null));
  const written: Record<string, unknown> = {};
  for (const [name, member] of members) {
    const given = left.get(name);
    left.delete(name);
    if (given === undefined) continue;
    written[wireNameOf(name, member, flavour)] = writeTree(member, given, `${path}.${name}`, flavour);
  }
  const [unknown] = left.keys();
  if (unknown !== undefined) throw new MalformedOutputError(`${path}.${unknown}`, 'no such member');
  return written;
}

function writeTree(schema: NormalizedSchema, value: unknown, path: string, flavour: TreeFlavour): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) return writeTreeStructure(schema.structIterator(), value, path, flavour);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw new MalformedOutputError(path, 'expected an array');
    const item = schema.getValueSchema();
    return value.map((one, index) => writeTree(item, one, `${path}[${index}]`, flavour));
  }
  if (schema.isMapSchema()) {
    if (typeof value !== 'object' || value === null)
      throw new MalformedOutputError(path, 'expected an object');
    const item = schema.getValueSchema();
    return mapValues({ ...value }, (one, key) => writeTree(item, one, `${path}.${key}`, flavour));
  }
  if (schema.isTimestampSchema()) return flavour.writeInstant(asDate(value, path), schema);
  if (schema.isBlobSchema()) return flavour.writeBytes(asBytes(value, path));
  const expected = scalarType(schema);
  if (typeof value !== expected)
    throw new MalformedOutputError(path, `expected a ${expected}, got ${typeof value}`);
  return value;
}

function scalarType(schema: NormalizedSchema): 'string' | 'boolean' | 'number' {
  if (schema.isBooleanSchema()) return 'boolean';
  return schema.isNumericSchema() || schema.isBigIntegerSchema() ? 'number' : 'string';
}

function wireNameOf(name: string, schema: NormalizedSchema, flavour: TreeFlavour): string {
  return (flavour.jsonName ? schema.getMergedTraits().jsonName : undefined) ?? name;
}

function mapValues(
  record: Record<string, unknown>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function asRecord(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(path, 'an object');
  return { ...value };
}

export function wrongType(path: string, expected: string): ServiceError {
  return new ServiceError('SerializationException', `${path} is not ${expected}`);
}
