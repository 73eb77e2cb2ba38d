import { NotModelledError, ServiceError } from '../model/service.ts';
import type { TemplateValue } from './template.ts';

/** Where references lead while one stack is being deployed. */
export interface References {
  /** Parameters, pseudo parameters and the `Ref` of resources; `undefined` if there is nothing of that name. */
  ref(name: string): TemplateValue | undefined;
  /** @throws ServiceError if the resource has no such attribute */
  attribute(logicalId: string, name: string): string;
  /** Names of a region's availability zones. */
  availabilityZones(region: string): readonly string[];
  /** Whether a condition of the template holds. @throws ServiceError if the template has no such condition */
  condition(name: string): boolean;
}

/** `AWS::NoValue`: what resolves to it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Resolved = unknown;
type Intrinsic = (argument: TemplateValue, references: References) => Resolved;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html */
const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, references) => referenced(String(name), references),
  'Fn::GetAtt': (argument, references) => {
    const [logicalId = '', attribute = ''] = attributePath(argument);
    return references.attribute(logicalId, attribute);
  },
  'Fn::Join': (argument, references) => {
    const [delimiter, parts] = listArgument('Fn::Join', argument, references);
    return asList('Fn::Join', parts)
      .map((part) => text('Fn::Join', part))
      .join(String(delimiter));
  },
  'Fn::Split': (argument, references) => {
    const [delimiter, source] = listArgument('Fn::Split', argument, references);
    return text('Fn::Split', source).split(String(delimiter));
  },
  'Fn::Select': (argument, references) => {
    const [index, list] = listArgument('Fn::Select', argument, references);
    const selected = asList('Fn::Select', list)[Number(index)];
    if (selected === undefined) throw invalid(`Fn::Select cannot select nonexistent value at index ${index}`);
    return selected;
  },
  'Fn::Sub': (argument, references) => substitute(argument, references),
  'Fn::GetAZs': (argument, references) => {
    const region = resolve(argument, references) || referenced('AWS::Region', references);
    return references.availabilityZones(String(region));
  },
  // Only the branch that is chosen is resolved: the other may refer to a resource that is not created.
  'Fn::If': (argument, references) => {
    const [condition, whenTrue, whenFalse, ...more] = Array.isArray(argument) ? argument : [];
    if (whenFalse === undefined || more.length > 0) throw invalid('Fn::If takes three arguments');
    return resolve(references.condition(String(condition)) ? whenTrue : whenFalse, references);
  },
  Condition: (name, references) => references.condition(String(name)),
  'Fn::Equals': (argument, references) => {
    const [one, other] = listArgument('Fn::Equals', argument, references);
    return text('Fn::Equals', one) === text('Fn::Equals', other);
  },
  'Fn::Not': (argument, references) => !truths('Fn::Not', argument, references)[0],
  'Fn::And': (argument, references) => truths('Fn::And', argument, references).every(Boolean),
  'Fn::Or': (argument, references) => truths('Fn::Or', argument, references).some(Boolean),
};

/**
 * Resolves every intrinsic function inside a template's value. Functions outside the modelled set and dynamic
 * references (`{{resolve:…}}`) are refused by name.
 */
export function resolve(value: TemplateValue, references: References): Resolved {
  if (typeof value === 'string') return withoutDynamicReference(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) {
    return value.map((element) => resolve(element, references)).filter((element) => element !== NO_VALUE);
  }
  const intrinsic = intrinsicOf(value);
  if (intrinsic !== undefined) return intrinsic.function(intrinsic.argument, references);
  const members = Object.entries(value).map(([key, member]) => [key, resolve(member, references)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== NO_VALUE));
}

/** Logical ids and parameter names that a value refers to, for the order of creation. */
export function referencesIn(value: TemplateValue): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isList(value)) return value.flatMap(referencesIn);
  const [[name, argument] = ['', null]] = Object.entries(value);
  if (name === 'Ref' && intrinsicOf(value) !== undefined) return [String(argument)];
  if (name === 'Fn::GetAtt') return attributePath(argument).slice(0, 1);
  if (name === 'Fn::Sub') {
    const [template, values] = substitutionParts(argument);
    const names = [...template.matchAll(PLACEHOLDER)].flatMap(([, literal, name = '']) =>
      literal === '' ? [name] : [],
    );
    const own = names
      .filter((each) => !Object.hasOwn(values, each))
      .map((each) => each.split('.')[0] ?? each);
    return [...own, ...referencesIn(values)];
  }
  return Object.values(value).flatMap(referencesIn);
}

function intrinsicOf(value: { readonly [member: string]: TemplateValue }) {
  const entries = Object.entries(value);
  const [[name, argument] = ['', null]] = entries;
  const looksIntrinsic = name === 'Ref' || name.startsWith('Fn::') || name === 'Condition';
  // A policy statement has a Condition among other members; the intrinsic stands alone and names a condition.
  if (!looksIntrinsic || entries.length !== 1 || (name === 'Condition' && typeof argument !== 'string')) {
    return undefined;
  }
  const known = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (known === undefined) throw new NotModelledError(`the intrinsic function ${name}`);
  return { function: known, argument };
}

const PLACEHOLDER = /\$\{(!?)([^}]+)\}/g;

function substitute(argument: TemplateValue, references: References): string {
  const [template, values] = substitutionParts(argument);
  return withoutDynamicReference(template).replace(PLACEHOLDER, (_whole, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    const own = values[name];
    if (own !== undefined) return text('Fn::Sub', resolve(own, references));
    const [logicalId = '', ...attribute] = name.split('.');
    if (attribute.length > 0) return references.attribute(logicalId, attribute.join('.'));
    return text('Fn::Sub', referenced(name, references));
  });
}

function substitutionParts(
  argument: TemplateValue,
): readonly [string, { readonly [name: string]: TemplateValue }] {
  if (typeof argument === 'string') return [argument, {}];
  const [template, values] = Array.isArray(argument) ? argument : [];
  if (typeof template !== 'string') throw invalid('Fn::Sub takes a string, or a string and a map');
  return [template, { ...Object(values ?? {}) }];
}

function attributePath(argument: TemplateValue | undefined): readonly string[] {
  const [logicalId = '', ...attribute] =
    typeof argument === 'string' ? argument.split('.') : [argument].flat().map(String);
  return [logicalId, attribute.join('.')];
}

function referenced(name: string, references: References): Resolved {
  if (name === 'AWS::NoValue') return NO_VALUE;
  const value = references.ref(name);
  if (value === undefined) throw invalid(`Unresolved resource dependencies [${name}] in the template`);
  return value;
}

function withoutDynamicReference(value: string): string {
  if (value.includes('{{resolve:')) throw new NotModelledError(`the dynamic reference in ${value}`);
  return value;
}

function listArgument(
  name: string,
  argument: TemplateValue,
  references: References,
): readonly [Resolved, Resolved] {
  const [first, second, ...more] = asList(
    name,
    Array.isArray(argument) ? argument.map((each) => resolve(each, references)) : argument,
  );
  if (more.length > 0) throw invalid(`${name} takes two arguments`);
  return [first, second];
}

function truths(name: string, argument: TemplateValue, references: References): readonly boolean[] {
  return asList(name, resolve(argument, references)).map((each) => {
    if (typeof each === 'boolean') return each;
    throw invalid(`${name} takes conditions, not ${JSON.stringify(each)}`);
  });
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

function asList(name: string, value: Resolved): readonly Resolved[] {
  if (!Array.isArray(value)) throw invalid(`${name} takes a list, not ${JSON.stringify(value)}`);
  return value;
}

function text(name: string, value: Resolved): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw invalid(`${name} takes text, not ${JSON.stringify(value) ?? String(value)}`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', `Template error: ${message}`);
}
