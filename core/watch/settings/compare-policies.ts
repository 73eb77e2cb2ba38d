import type { SettingDocument } from '../../contracts/settings.ts';
import { type Difference, objectOf, textOf } from './setting-text.ts';

/**
 * IAM's policies compared by what they mean. The order of statements and of lists, a list of one or the text alone, the
 * case of actions and condition keys, numbers or texts, and the forms of a principal that AWS takes for the same make no
 * difference. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (checked 2026-11-22)
 *
 * A role or user that is itself a principal is shown by its unique id (AROA…, AIDA…) once it is deleted, and now and then
 * before (https://github.com/go-to-k/cdkd/issues/1515). No policy of Redrill's names one as a principal, so such an id is
 * always somebody else's statement.
 */
export function policyDifferences(expected: SettingDocument, found: SettingDocument): readonly Difference[] {
  const [wanted, there] = [statementsOf(expected), statementsOf(found)];
  const missing = wanted.filter(({ text }) => there.every((other) => other.text !== text));
  const foreign = there.filter(({ text }) => wanted.every((other) => other.text !== text));
  const changed = missing.flatMap((one) => {
    const other = foreign.find(({ sid }) => sid !== undefined && sid === one.sid);
    return other === undefined ? [] : [{ one, other }];
  });
  const version = differenceOf('Version', expected.Version, found.Version);
  return [
    ...(version === undefined ? [] : [version]),
    ...changed.flatMap(({ one, other }) => changesOf(one, other)),
    ...missing
      .filter((one) => changed.every((each) => each.one !== one))
      .map((one) => ({ of: nameOf(one), expected: one.summary, found: 'no such statement' })),
    ...foreign
      .filter((one) => changed.every((each) => each.other !== one))
      .map((one) => ({ of: nameOf(one), expected: 'no such statement', found: one.summary })),
  ];
}

interface Statement {
  readonly sid: string | undefined;
  readonly elements: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly summary: string;
}

function statementsOf({ Statement: statements }: SettingDocument): readonly Statement[] {
  return listOf(statements).map((raw) => {
    const { Sid, ...rest } = objectOf(raw);
    const elements = Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [name, canonicalElement(name, value)]),
    );
    return {
      sid: Sid === undefined ? undefined : String(Sid),
      elements,
      text: textOf(elements),
      summary: summaryOf(elements),
    };
  });
}

function canonicalElement(name: string, value: unknown): unknown {
  switch (name) {
    case 'Action':
    case 'NotAction':
      return sorted(listOf(value).map((action) => String(action).toLowerCase()));
    case 'Resource':
    case 'NotResource':
      return sorted(listOf(value).map(String));
    case 'Principal':
    case 'NotPrincipal':
      return sorted(principalsOf(value));
    case 'Condition':
      return canonicalConditions(value);
    default:
      return value;
  }
}

const ACCOUNT = /^\d{12}$/;

/** `"*"` and `{"AWS": "*"}` are the same, and an account by its number and by its root. */
function principalsOf(value: unknown): readonly string[] {
  if (value === '*') return ['AWS *'];
  return Object.entries(objectOf(value)).flatMap(([kind, names]) =>
    listOf(names).map((name) => {
      const text = String(name);
      return `${kind} ${kind === 'AWS' && ACCOUNT.test(text) ? `arn:aws:iam::${text}:root` : text}`;
    }),
  );
}

function canonicalConditions(value: unknown): object {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(objectOf(keys)).map(([key, values]) => [
          key.toLowerCase(),
          sorted(listOf(values).map(String)),
        ]),
      ),
    ]),
  );
}

function changesOf(one: Statement, other: Statement): readonly Difference[] {
  const elements = sorted([...Object.keys(one.elements), ...Object.keys(other.elements)]);
  return elements.flatMap(
    (name) => differenceOf(`${nameOf(one)}: ${name}`, one.elements[name], other.elements[name]) ?? [],
  );
}

function differenceOf(of: string, expected: unknown, found: unknown): Difference | undefined {
  const [one, other] = [textOf(expected), textOf(found)];
  return one === other ? undefined : { of, expected: one, found: other };
}

function nameOf({ sid }: Statement): string {
  return sid === undefined ? 'a statement without Sid' : `statement ${sid}`;
}

/** `Deny s3:deletebucket, s3:deleteobject on … for AWS *`, which says what a person must know of a statement. */
function summaryOf({
  Effect,
  Action,
  NotAction,
  Resource,
  NotResource,
  Principal,
  ...rest
}: Statement['elements']) {
  const words = (value: unknown) => listOf(value).join(', ');
  return [
    String(Effect),
    NotAction === undefined ? words(Action) : `everything but ${words(NotAction)}`,
    ...(Resource === undefined ? [] : [`on ${words(Resource)}`]),
    ...(NotResource === undefined ? [] : [`on everything but ${words(NotResource)}`]),
    ...(Principal === undefined ? [] : [`for ${words(Principal)}`]),
    ...(Object.keys(rest).length === 0 ? [] : [`with ${textOf(rest)}`]),
  ].join(' ');
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
