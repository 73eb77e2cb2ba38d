import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types';
import { NotModelledError, type ServiceError } from '../model/service.ts';
import { type ServiceWire, serviceWire } from './services.ts';

/** One operation as the SDK client's own schema describes it. */
export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method, path template with query, and success status; only in REST protocols. */
  readonly http?: readonly [method: string, path: string, status: number];
}

/** One modelled error. */
export interface ErrorSchema {
  readonly shapeName: string;
  readonly schema: NormalizedSchema;
  readonly status: number | undefined;
  /** What the query protocols put in `<Code>` where it differs from the shape's name. */
  readonly queryCode: string | undefined;
}

/** A service's schemas, ready for the protocols. */
export interface ServiceSchemas {
  readonly wire: ServiceWire;
  readonly operations: ReadonlyMap<string, OperationSchema>;
  /** By shape name and by query code. */
  readonly errors: ReadonlyMap<string, ErrorSchema>;
}

const loaded = new Map<string, Promise<ServiceSchemas>>();

/** Loads a service's schemas once. @throws NotModelledError for a signing name without a front */
export function serviceSchemas(signingName: string): Promise<ServiceSchemas> {
  const wire = serviceWire(signingName);
  if (wire === undefined) throw new NotModelledError(`the service ${signingName}`);
  let schemas = loaded.get(signingName);
  if (schemas === undefined) {
    schemas = wire.load().then((module) => readSchemas(wire, module));
    loaded.set(signingName, schemas);
  }
  return schemas;
}

/** @throws NotModelledError naming the operation when the SDK's model of the service has no such operation */
export function operationSchema(schemas: ServiceSchemas, name: string): OperationSchema {
  const operation = schemas.operations.get(name);
  if (operation === undefined) throw new NotModelledError(`${schemas.wire.signingName}:${name}`);
  return operation;
}

function readSchemas(wire: ServiceWire, module: object): ServiceSchemas {
  const operations = new Map<string, OperationSchema>();
  const errors = new Map<string, ErrorSchema>();
  for (const exported of Object.values(module)) {
    if (isOperationSchema(exported)) operations.set(exported[2], readOperation(exported));
    else if (isErrorSchema(exported)) {
      const error = readError(NormalizedSchema.of(exported));
      errors.set(error.shapeName, error);
      if (error.queryCode !== undefined) errors.set(error.queryCode, error);
    }
  }
  return { wire, operations, errors };
}

function readOperation(schema: StaticOperationSchema): OperationSchema {
  const [, , name, traits, input, output] = schema;
  const http = typeof traits === 'object' ? traits.http : undefined;
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    ...(http === undefined ? {} : { http }),
  };
}

function readError(schema: NormalizedSchema): ErrorSchema {
  const traits = schema.getMergedTraits();
  return {
    shapeName: schema.getName() ?? 'Error',
    schema,
    status: typeof traits.httpError === 'number' ? traits.httpError : undefined,
    queryCode: queryCodeOf(traits),
  };
}

/** The first of the trait `awsQueryError`'s two values, which the SDK's types leave untyped. */
function queryCodeOf(traits: object): string | undefined {
  const error: unknown = 'awsQueryError' in traits ? traits.awsQueryError : undefined;
  const code: unknown = Array.isArray(error) ? error[0] : undefined;
  return typeof code === 'string' ? code : undefined;
}

function isOperationSchema(value: unknown): value is StaticOperationSchema {
  return Array.isArray(value) && value[0] === 9 && typeof value[2] === 'string';
}

/** Error schemas carry the id -3: https://github.com/smithy-lang/smithy-typescript/tree/main/packages/types/src/schema */
function isErrorSchema(value: unknown): value is StaticErrorSchema {
  return Array.isArray(value) && value[0] === -3;
}

/** Members that must be there: the schemas list them first, and count them. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const raw = schema.getSchema();
  if (!schema.isStructSchema() || !Array.isArray(raw)) return [];
  const [names, count] = [raw[4], raw[6]];
  if (!Array.isArray(names) || typeof count !== 'number') return [];
  return names.slice(0, count).filter((name) => typeof name === 'string');
}

/** The input names a member that the operation does not have. Refused by name; AWS mostly ignores these in silence. */
export function unknownParameter(operationOrShape: string, name: string): ServiceError {
  return new NotModelledError(`the parameter ${name} of ${operationOrShape}: there is no such parameter`);
}

/** The model answered with something its own operation does not return: a mistake in the model, shown as a 500. */
export class MalformedOutputError extends Error {
  constructor(path: string, what: string) {
    super(`the model's answer is malformed at ${path}: ${what}`);
    this.name = 'MalformedOutputError';
  }
}
