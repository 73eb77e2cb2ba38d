/**
 * What a resource's own policy says to one role: whether a statement applies to it. IAM's policy simulator does not tell: it
 * takes policies of resources for users only.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html (checked 2026-11-23)
 */

type Texts = string | readonly string[];

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: string | Readonly<Record<string, Texts>>;
  readonly NotPrincipal?: string | Readonly<Record<string, Texts>>;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

/** A call of a role that CloudFormation works with. */
export interface RoleCall {
  readonly role: string;
  readonly account: string;
  readonly region: string;
  readonly action: string;
  readonly resource: string;
}

/** `unknown`: it depends on what only AWS knows of the call, such as the address that it comes from. */
export type Applies = 'yes' | 'no' | 'unknown';

/** Whether a statement applies to a call: every part of it must. */
export function statementApplies(statement: PolicyStatement, call: RoleCall): Applies {
  return every([
    reachesPrincipal(statement, call),
    matchesOne(statement.Action, statement.NotAction, (pattern) =>
      like(pattern.toLowerCase(), call.action.toLowerCase()),
    ),
    matchesOne(statement.Resource, statement.NotResource, (pattern) => like(pattern, call.resource)),
    ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, wanted]) => conditionHolds(operator, key, { wanted, call })),
    ),
  ]);
}

/** The statements of a policy document as it came over an API. */
export function statementsIn(document: object): readonly PolicyStatement[] {
  const { Statement = [] } = document as {
    readonly Statement?: PolicyStatement | readonly PolicyStatement[];
  };
  return listOf(Statement);
}

export function listOf<Value>(value: Value | readonly Value[]): readonly Value[] {
  return Array.isArray(value) ? value : [value as Value];
}

function every(parts: readonly Applies[]): Applies {
  if (parts.includes('no')) return 'no';
  return parts.includes('unknown') ? 'unknown' : 'yes';
}

const NEGATED: Readonly<Record<Applies, Applies>> = { yes: 'no', no: 'yes', unknown: 'unknown' };
const certain = (holds: boolean): Applies => (holds ? 'yes' : 'no');

function matchesOne(
  wanted: Texts | undefined,
  unwanted: Texts | undefined,
  matches: (pattern: string) => boolean,
): Applies {
  if (wanted !== undefined) return certain(listOf(wanted).some(matches));
  return certain(unwanted === undefined || !listOf(unwanted).some(matches));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
function reachesPrincipal({ Principal, NotPrincipal }: PolicyStatement, call: RoleCall): Applies {
  if (Principal !== undefined) return namesRole(Principal, call);
  return NotPrincipal === undefined ? 'no' : NEGATED[namesRole(NotPrincipal, call)];
}

function namesRole(principal: NonNullable<PolicyStatement['Principal']>, call: RoleCall): Applies {
  const named = typeof principal === 'string' ? [principal] : listOf(principal.AWS ?? []);
  const own = ['*', call.account, `arn:aws:iam::${call.account}:root`, call.role];
  if (named.some((each) => own.includes(each))) return 'yes';
  const [roleName = ''] = call.role.split('/').slice(-1);
  const session = `arn:aws:sts::${call.account}:assumed-role/${roleName}/`;
  return named.some((each) => each.startsWith(session)) ? 'unknown' : 'no';
}

/** Values of a call by CloudFormation, which uses TLS 1.2 or newer. */
function valueIn(key: string, { role, account, region }: RoleCall): string | undefined {
  const values: Readonly<Record<string, string>> = {
    'aws:principalarn': role,
    'aws:principalaccount': account,
    'aws:principaltype': 'AssumedRole',
    'aws:principalisawsservice': 'false',
    'aws:requestedregion': region,
    'aws:securetransport': 'true',
    's3:tlsversion': '1.2',
  };
  return values[key.toLowerCase()];
}

interface Condition {
  readonly wanted: Texts;
  readonly call: RoleCall;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
function conditionHolds(operator: string, key: string, { wanted, call }: Condition): Applies {
  const given = valueIn(key, call);
  if (given === undefined) return 'unknown';
  const name = operator.replace(/^For(AnyValue|AllValues):/, '').replace(/IfExists$/, '');
  if (name === 'Null') return certain(listOf(wanted).map(String).includes('false'));
  const isNegated = /Not(Equals|Like)/.test(name);
  const compare = COMPARISONS[name.replace('Not', '')];
  if (compare === undefined) return 'unknown';
  const matches = listOf(wanted).some((each) => compare(String(each), given));
  return certain(matches !== isNegated);
}

const sameText = (wanted: string, given: string) => wanted === given;
const sameIgnoringCase = (wanted: string, given: string) => wanted.toLowerCase() === given.toLowerCase();

const COMPARISONS: Readonly<Record<string, (wanted: string, given: string) => boolean>> = {
  StringEquals: sameText,
  StringEqualsIgnoreCase: sameIgnoringCase,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: sameIgnoringCase,
  NumericLessThan: (wanted, given) => Number(given) < Number(wanted),
};

/** `*` is any run of characters, `?` any single one. */
function like(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
