import type { SettingDocument } from '../contracts/settings.ts';
import type { WatchedSetting } from './watched-settings.ts';

/** A difference, in two short texts for people. */
export interface Difference {
  readonly of: string;
  readonly expected: string;
  readonly found: string;
}

/** In what a setting differs from what it should be; nothing if it does not. */
export function differencesOf(setting: WatchedSetting, found: SettingDocument): readonly Difference[] {
  if (setting.kind === 'bucket' && setting.setting === 'lifecycle')
    return ruleDifferences(setting.expected, found);
  return Object.entries(setting.expected).flatMap(([member, expected]) =>
    textOf(expected) === textOf(found[member])
      ? []
      : [{ of: member, expected: textOf(expected), found: textOf(found[member]) }],
  );
}

type Rule = Readonly<Record<string, unknown>> & { readonly ID?: string };

/** A rule that nobody synthesised may delete what no other does, so it counts as much as one that is missing. */
function ruleDifferences(expected: SettingDocument, found: SettingDocument): readonly Difference[] {
  const [wanted, there] = [rulesById(expected), rulesById(found)];
  return [...new Set([...wanted.keys(), ...there.keys()])].flatMap((id) => {
    const [one, other] = [wanted.get(id) ?? 'no such rule', there.get(id) ?? 'no such rule'];
    return one === other ? [] : [{ of: `rule ${id}`, expected: one, found: other }];
  });
}

function rulesById({ Rules }: SettingDocument): ReadonlyMap<string, string> {
  const rules = Array.isArray(Rules) ? (Rules as readonly Rule[]) : [];
  return new Map(rules.map((rule, index) => [rule.ID ?? `number ${index + 1}`, textOf(canonicalRule(rule))]));
}

/**
 * One rule in one form, of the several that S3 has for the same: a prefix may stand by itself, in the filter, or in the
 * filter's And. https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRuleFilter.html (checked 2026-11-22)
 */
function canonicalRule({ ID: _id, Prefix, Filter, ...rest }: Rule): object {
  const { And, Tag, ...simple } = objectOf(Filter);
  const { Tags, ...conditions } = objectOf(And);
  const tags = [...(Array.isArray(Tags) ? Tags : []), ...(Tag === undefined ? [] : [Tag])];
  const filter = { Prefix, ...simple, ...conditions };
  return {
    ...rest,
    Filter: { ...filter, Prefix: filter.Prefix ?? '', Tags: tags.map(textOf).sort() },
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** JSON whose members are in order, without those that are not set. */
export function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(inOrder(value));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, member]) => [name, inOrder(member)]),
  );
}
