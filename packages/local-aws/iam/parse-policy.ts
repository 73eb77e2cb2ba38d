import { NotModelledError, ServiceError } from '../model/service.ts';
import { checkConditionKey } from './condition-keys.ts';
import { parseOperator } from './conditions.ts';
import { ARN_FIELDS } from './match.ts';
import type { PolicyDocument, PolicyStatement } from './policy.ts';
import { parsePrincipal } from './principals.ts';

/** Where a policy is attached: to an identity, to a resource, or to a role as its trust policy. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * Parses a policy of a template or a call, refusing what the engine would not evaluate: elements, operators,
 * condition keys and policy variables outside the modelled set (`NotModelled`), and documents that IAM itself would
 * reject (`MalformedPolicyDocument`).
 * @param where what names the policy in an error, for example `VaultStack/IngestRole`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(raw: unknown, kind: PolicyKind, where: string): PolicyDocument {
  const document = asObject(raw, where);
  refuseOthers(document, DOCUMENT_ELEMENTS, where);
  // Without a version it is that of 2008, which differs in having no policy variables: here they are refused anyway.
  if (document.Version !== undefined && document.Version !== '2012-10-17') {
    throw new NotModelledError(`policy version ${JSON.stringify(document.Version)} (${where})`);
  }
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return {
    Version: '2012-10-17',
    Statement: statements.map((statement, index) =>
      parseStatement(statement, kind, `${where}, statement ${index + 1}`),
    ),
  };
}

function parseStatement(raw: unknown, kind: PolicyKind, where: string): PolicyStatement {
  const statement = asObject(raw, where);
  refuseOthers(statement, STATEMENT_ELEMENTS, where);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') throw malformed(where, 'Effect');
  return {
    ...(statement.Sid === undefined ? {} : { Sid: String(statement.Sid) }),
    Effect: statement.Effect,
    ...principalOf(statement, kind, where),
    ...oneOf(statement, ['Action', 'NotAction'], where),
    ...resourcesOf(statement, kind, where),
    ...(statement.Condition === undefined ? {} : { Condition: parseConditions(statement.Condition, where) }),
  };
}

function principalOf(
  statement: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  where: string,
): Pick<PolicyStatement, 'Principal'> {
  if (kind === 'identity') {
    if (statement.Principal !== undefined) throw malformed(where, 'Principal');
    return {};
  }
  return { Principal: parsePrincipal(statement.Principal, where) };
}

function resourcesOf(
  statement: Readonly<Record<string, unknown>>,
  kind: PolicyKind,
  where: string,
): Pick<PolicyStatement, 'Resource' | 'NotResource'> {
  if (kind === 'trust') {
    if (statement.Resource !== undefined || statement.NotResource !== undefined)
      throw malformed(where, 'Resource');
    return {};
  }
  const resources = oneOf(statement, ['Resource', 'NotResource'], where);
  for (const resource of Object.values(resources).flat()) {
    if (resource !== '*' && resource.split(':').length < ARN_FIELDS) {
      throw new NotModelledError(`the incomplete resource ARN ${resource} (${where})`);
    }
  }
  return resources;
}

/** Exactly one of two elements (`Action` or `NotAction`), as a list of strings without policy variables. */
function oneOf<Element extends string>(
  statement: Readonly<Record<string, unknown>>,
  elements: readonly Element[],
  where: string,
): Partial<Record<Element, readonly string[]>> {
  const present = elements.filter((element) => statement[element] !== undefined);
  const [element] = present;
  if (element === undefined || present.length > 1) throw malformed(where, elements.join(' or '));
  const parsed: Partial<Record<Element, readonly string[]>> = {};
  parsed[element] = strings(statement[element], `${where}, ${element}`);
  return parsed;
}

function parseConditions(raw: unknown, where: string): NonNullable<PolicyStatement['Condition']> {
  const conditions: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, keys] of Object.entries(asObject(raw, where))) {
    const { qualifier, name } = parseOperator(operator, where);
    const wanted: Record<string, readonly string[]> = {};
    for (const [key, values] of Object.entries(asObject(keys, where))) {
      checkConditionKey(key, { qualified: qualifier !== undefined || name === 'Null', where });
      wanted[key] = strings(values, `${where}, ${operator} ${key}`);
    }
    conditions[operator] = wanted;
  }
  return conditions;
}

function strings(raw: unknown, where: string): readonly string[] {
  return (Array.isArray(raw) ? raw : [raw]).map((value) => {
    if (typeof value === 'boolean' || typeof value === 'number') return String(value);
    if (typeof value !== 'string') throw malformed(where, 'a string');
    if (value.includes('${')) throw new NotModelledError(`the policy variable in ${value} (${where})`);
    return value;
  });
}

function asObject(raw: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw malformed(where, 'an object');
  return { ...raw };
}

function refuseOthers(object: object, known: readonly string[], where: string): void {
  const other = Object.keys(object).find((key) => !known.includes(key));
  if (other !== undefined) throw new NotModelledError(`the policy element ${other} (${where})`);
}

function malformed(where: string, element: string): ServiceError {
  return new ServiceError('MalformedPolicyDocument', `${where}: missing, misplaced or invalid ${element}`);
}
