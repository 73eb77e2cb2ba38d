import type { NormalizedSchema } from '@smithy/core/schema';
import { MalformedOutputError, unknownParameter } from './schema.ts';
import { readText, writeText } from './text.ts';
import { element, escapeXml, type XmlElement } from './xml.ts';

/*
 * Shapes as XML: https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings. The query protocols answer in it, and
 * S3 both reads and writes it.
 */

type Members = Iterable<[string, NormalizedSchema]>;

/** The children of a structure's element, in the schema's order. */
export function writeXmlMembers(members: Members, value: object, path: string): string {
  let xml = '';
  const left = new Map(Object.entries(value).filter(([, member]) => member !== undefined && member !== null));
  for (const [name, schema] of members) {
    const member = left.get(name);
    left.delete(name);
    if (member === undefined || schema.getMergedTraits().xmlAttribute) continue;
    const tag = schema.getMemberTraits().xmlName ?? schema.getMergedTraits().xmlName ?? name;
    xml += writeXmlMember(schema, tag, member, `${path}.${name}`);
  }
  const [unknown] = left.keys();
  if (unknown !== undefined) throw new MalformedOutputError(`${path}.${unknown}`, 'no such member');
  return xml;
}

function writeXmlMember(schema: NormalizedSchema, tag: string, value: unknown, path: string): string {
  if (schema.isListSchema()) return writeXmlList(schema, tag, value, path);
  if (schema.isMapSchema()) return writeXmlMap(schema, tag, value, path);
  if (schema.isStructSchema()) {
    if (typeof value !== 'object' || value === null)
      throw new MalformedOutputError(path, 'expected an object');
    return element(
      tag,
      writeXmlMembers(schema.structIterator(), value, path),
      writeAttributes(schema, value, path),
    );
  }
  return element(tag, escapeXml(writeText(schema, value, path, 'date-time')));
}

/** The namespace that the structure declares and the members that are attributes of its element (`xsi:type`). */
function writeAttributes(schema: NormalizedSchema, value: object, path: string): string {
  const [prefix, uri] = schema.getMergedTraits().xmlNamespace ?? [];
  let attributes = uri === undefined ? '' : ` xmlns${prefix ? `:${prefix}` : ''}="${uri}"`;
  for (const [name, member] of schema.structIterator()) {
    const { xmlAttribute, xmlName = name } = member.getMergedTraits();
    const given = Object.entries(value).find(([key]) => key === name)?.[1];
    if (!xmlAttribute || given === undefined) continue;
    attributes += ` ${xmlName}="${escapeXml(writeText(member, given, `${path}.${name}`, 'date-time'))}"`;
  }
  return attributes;
}

function writeXmlList(schema: NormalizedSchema, tag: string, value: unknown, path: string): string {
  if (!Array.isArray(value)) throw new MalformedOutputError(path, 'expected an array');
  const item = schema.getValueSchema();
  const flattened = Boolean(schema.getMergedTraits().xmlFlattened);
  const itemTag = flattened ? tag : (item.getMergedTraits().xmlName ?? 'member');
  const items = value.map((one, index) => writeXmlMember(item, itemTag, one, `${path}[${index}]`)).join('');
  return flattened ? items : element(tag, items);
}

function writeXmlMap(schema: NormalizedSchema, tag: string, value: unknown, path: string): string {
  if (typeof value !== 'object' || value === null) throw new MalformedOutputError(path, 'expected an object');
  const [keySchema, valueSchema] = [schema.getKeySchema(), schema.getValueSchema()];
  const flattened = Boolean(schema.getMergedTraits().xmlFlattened);
  const entries = Object.entries(value).map(([key, one]) =>
    element(
      flattened ? tag : 'entry',
      element(keySchema.getMergedTraits().xmlName ?? 'key', escapeXml(key)) +
        writeXmlMember(valueSchema, valueSchema.getMergedTraits().xmlName ?? 'value', one, `${path}.${key}`),
    ),
  );
  return flattened ? entries.join('') : element(tag, entries.join(''));
}

/** A structure from its element. @throws NotModelledError naming an element that the structure does not have */
export function readXmlStructure(schema: NormalizedSchema, from: XmlElement, path: string): object {
  const byTag = new Map<string, [string, NormalizedSchema]>();
  for (const [name, member] of schema.structIterator())
    byTag.set(member.getMergedTraits().xmlName ?? name, [name, member]);
  const structure: Record<string, unknown> = {};
  for (const child of from.children) {
    const member = byTag.get(child.name);
    if (member === undefined) throw unknownParameter(path, child.name);
    const [name, memberSchema] = member;
    structure[name] = readXmlMember(memberSchema, child, structure[name], `${path}.${name}`);
  }
  return structure;
}

function readXmlMember(schema: NormalizedSchema, from: XmlElement, before: unknown, path: string): unknown {
  if (schema.isStructSchema()) return readXmlStructure(schema, from, path);
  if (schema.isMapSchema()) throw unknownParameter(path, from.name);
  if (!schema.isListSchema()) return readText(schema, from.text, path);
  const item = schema.getValueSchema();
  if (schema.getMergedTraits().xmlFlattened)
    return [...(Array.isArray(before) ? before : []), readXmlMember(item, from, undefined, path)];
  return from.children.map((child) => readXmlMember(item, child, undefined, path));
}
