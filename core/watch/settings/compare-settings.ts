import type { SettingDocument } from '../../contracts/settings.ts';
import { policyDifferences } from './compare-policies.ts';
import { type Difference, objectOf, textOf } from './setting-text.ts';
import type { WatchedSetting } from './watched-settings.ts';

/** How a setting differs from what was deployed; nothing if it does not. */
export function differencesOf(setting: WatchedSetting, found: SettingDocument): readonly Difference[] {
  const { expected } = setting;
  if (setting.kind === 'role') return roleDifferences(expected, found);
  if (setting.kind === 'channel' && setting.part === 'invoker') return policyDifferences(expected, found);
  if (setting.kind === 'keyPolicy') return policyDifferences(expected, found);
  if (setting.kind === 'bucket' && setting.setting === 'policy') return policyDifferences(expected, found);
  if (setting.kind === 'bucket' && setting.setting === 'lifecycle') return ruleDifferences(expected, found);
  return memberDifferences(inOrder(expected), inOrder(found));
}

/** The topics of a chat channel are in no order. */
function inOrder(setting: SettingDocument): SettingDocument {
  const { SnsTopicArns: topics } = setting;
  return Array.isArray(topics) ? { ...setting, SnsTopicArns: topics.map(String).sort() } : setting;
}

function memberDifferences(expected: SettingDocument, found: SettingDocument): readonly Difference[] {
  return Object.entries(expected).flatMap(([of, value]) => {
    const [wanted, there] = [textOf(value), textOf(found[of])];
    return wanted === there ? [] : [{ of, expected: wanted, found: there }];
  });
}

type Documents = Readonly<Record<string, SettingDocument>>;

/** A role's trust policy, inline policies, attached policies and permissions boundary. */
function roleDifferences(expected: SettingDocument, found: SettingDocument): readonly Difference[] {
  const [wanted, there] = [objectOf(expected.Policies) as Documents, objectOf(found.Policies) as Documents];
  const within = (policy: string, differences: readonly Difference[]) =>
    differences.map((each) => ({ ...each, of: `${policy}, ${each.of}` }));
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(there)])].sort();
  return [
    ...within('trust policy', policyDifferences(objectOf(expected.Trust), objectOf(found.Trust))),
    ...names.flatMap((name): readonly Difference[] => {
      const [one, other] = [wanted[name], there[name]];
      const of = `inline policy ${name}`;
      if (one === undefined) return [{ of, expected: 'no such policy', found: 'attached' }];
      if (other === undefined) return [{ of, expected: 'attached', found: 'no such policy' }];
      return within(of, policyDifferences(one, other));
    }),
    ...memberDifferences(
      { 'attached policies': expected.Attached, 'permissions boundary': expected.Boundary },
      { 'attached policies': found.Attached, 'permissions boundary': found.Boundary },
    ),
  ];
}

type Rule = Readonly<Record<string, unknown>> & { readonly ID?: string };

/** A rule that was not deployed may delete what no other rule does, so it counts as much as one that is missing. */
function ruleDifferences(expected: SettingDocument, found: SettingDocument): readonly Difference[] {
  const [wanted, there] = [rulesById(expected), rulesById(found)];
  return [...new Set([...wanted.keys(), ...there.keys()])].flatMap((id): readonly Difference[] => {
    const [one, other] = [wanted.get(id), there.get(id)];
    const of = `rule ${id}`;
    if (one === undefined) return [{ of, expected: 'no such rule', found: textOf(other) }];
    if (other === undefined) return [{ of, expected: textOf(one), found: 'no such rule' }];
    const fields = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return memberDifferences(Object.fromEntries(fields.map((field) => [field, one[field]])), other).map(
      (difference) => ({ ...difference, of: `${of}: ${difference.of}` }),
    );
  });
}

function rulesById({ Rules }: SettingDocument): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const rules = Array.isArray(Rules) ? (Rules as readonly Rule[]) : [];
  return new Map(rules.map((rule, index) => [rule.ID ?? `number ${index + 1}`, canonicalRule(rule)]));
}

/**
 * One rule in one form, of the several that S3 has for the same: a prefix may stand by itself, in the filter, or in the
 * filter's And. https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRuleFilter.html (checked 2026-11-22)
 */
function canonicalRule({ ID: _id, Prefix, Filter, ...rest }: Rule): Readonly<Record<string, unknown>> {
  const { And, Tag, ...simple } = objectOf(Filter);
  const { Tags, ...conditions } = objectOf(And);
  const tags = [...(Array.isArray(Tags) ? Tags : []), ...(Tag === undefined ? [] : [Tag])];
  const filter: Readonly<Record<string, unknown>> = { Prefix, ...simple, ...conditions };
  return {
    ...rest,
    Filter: { ...filter, Prefix: filter.Prefix ?? '', Tags: tags.map(textOf).sort() },
  };
}
