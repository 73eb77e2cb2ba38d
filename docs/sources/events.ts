import * as z from 'zod';
import { EVENTS, type EventName } from '../../core/contracts/events.ts';
import { table } from './table.ts';

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

interface Field extends JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly format?: string;
}

const NAMES = Object.keys(EVENTS) as readonly EventName[];

const fileOf = (name: EventName) =>
  `${name.replaceAll(/(?<=.)[A-Z]/g, '-$&').toLowerCase()}-${EVENTS[name].schema.shape.version.value}.json`;

/** The JSON Schema of each event's `detail`, by its file in docs/schemas. */
export function eventSchemas(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    NAMES.map((name) => {
      const { $schema, ...schema } = z.toJSONSchema(EVENTS[name].schema, { target: 'draft-7', io: 'input' });
      const document = { $schema, title: EVENTS[name].detailType, ...schema };
      return [`docs/schemas/${fileOf(name)}`, `${JSON.stringify(document, undefined, 2)}\n`];
    }),
  );
}

/** The parts of docs/events.md that are computed. */
export function eventBlocks(): Readonly<Record<string, string>> {
  return { events: NAMES.map(eventSection).join('\n\n') };
}

function eventSection(name: EventName): string {
  const schema = z.toJSONSchema(EVENTS[name].schema, { target: 'draft-7', io: 'input' }) as JsonSchema;
  const rows = Object.entries(schema.properties ?? {}).map(([field, of]) => [
    `\`${field}\`${schema.required?.includes(field) ? '' : ', optional'}`,
    kindOf(of),
    of.description ?? '',
  ]);
  return [
    `### ${EVENTS[name].detailType}`,
    `${schema.description} Schema: [${fileOf(name)}](schemas/${fileOf(name)}).`,
    table(['field of `detail`', 'value', 'meaning'], rows),
  ].join('\n\n');
}

function kindOf({ type, enum: values, const: constant, format, properties }: Field): string {
  if (constant !== undefined) return `\`${JSON.stringify(constant)}\``;
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (properties !== undefined)
    return `object: ${Object.keys(properties)
      .map((each) => `\`${each}\``)
      .join(', ')}`;
  return format === 'date-time' ? 'time, ISO 8601 in UTC' : (type ?? '');
}
