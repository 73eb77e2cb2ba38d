/**
 * Wildcard matching of policies: `*` is any run of characters, `?` any single one.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */

/** Fields of an ARN: `arn:partition:service:region:account:resource`. */
export const ARN_FIELDS = 6;

const compiled = new Map<string, RegExp>();

/** Case-sensitive match of a whole text against a pattern. */
export function matchesText(pattern: string, text: string): boolean {
  return expression(`text ${pattern}`, () => wildcards(pattern, '.*')).test(text);
}

/** Match of an action such as `s3:GetObject` against `s3:Get*`; case does not matter in actions. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesText(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * Match of a resource ARN against a `Resource` element. A `*` that ends a segment reaches across colons, as IAM
 * documents; any other `*` of the first five segments stays inside its segment.
 */
export function matchesResource(pattern: string, resource: string): boolean {
  if (pattern === '*') return true;
  return expression(`resource ${pattern}`, () => resourceExpression(pattern)).test(resource);
}

/**
 * `ArnLike` and `ArnEquals`: each of the six components is compared by itself, wildcards included.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const wanted = arnFields(pattern);
  const given = arnFields(arn);
  if (wanted === undefined || given === undefined) return false;
  return wanted.every((field, index) => matchesText(field, given[index] ?? ''));
}

/** The six components of an ARN, colons of the resource kept in the last; `undefined` if it has fewer. */
export function arnFields(arn: string): readonly string[] | undefined {
  const parts = arn.split(':');
  if (parts.length < ARN_FIELDS) return undefined;
  return [...parts.slice(0, ARN_FIELDS - 1), parts.slice(ARN_FIELDS - 1).join(':')];
}

function resourceExpression(pattern: string): string {
  const fields = arnFields(pattern);
  if (fields === undefined) return wildcards(pattern, '.*');
  const lastField = ARN_FIELDS - 1;
  return fields
    .map((field, index) => (index === lastField ? wildcards(field, '.*') : segment(field)))
    .join(':');
}

function segment(field: string): string {
  if (!field.endsWith('*')) return wildcards(field, '[^:]*');
  return `${wildcards(field.slice(0, -1), '[^:]*')}.*`;
}

function wildcards(pattern: string, anyRun: string): string {
  return pattern.replace(/[\\^$.*+?()[\]{}|]/g, (character) => {
    if (character === '*') return anyRun;
    return character === '?' ? '.' : `\\${character}`;
  });
}

function expression(id: string, source: () => string): RegExp {
  let known = compiled.get(id);
  if (known === undefined) {
    known = new RegExp(`^${source()}$`, 's');
    compiled.set(id, known);
  }
  return known;
}
