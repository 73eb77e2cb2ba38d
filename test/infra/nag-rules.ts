import { Stack } from 'aws-cdk-lib';
import { type IApplyRule, NagPack } from 'cdk-nag';

/** How many different rules each pack applied, by stack. */
export type AppliedRules = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * What cdk-nag applied while `synthesise` ran. An empty report means "no findings" and "no pack" alike, so the rules
 * themselves are counted, where the pack applies them.
 */
export function countingRules(synthesise: () => void): AppliedRules {
  const applied: Record<string, Record<string, Set<string>>> = {};
  const apply: unknown = Reflect.get(NagPack.prototype, 'applyRule');
  if (typeof apply !== 'function')
    throw new Error('cdk-nag no longer applies its rules in NagPack.applyRule');
  const counting = function (this: NagPack, params: IApplyRule): void {
    const stack = Stack.of(params.node).stackName;
    const packs = applied[stack] ?? {};
    const rules = packs[this.readPackName] ?? new Set();
    applied[stack] = {
      ...packs,
      [this.readPackName]: rules.add(params.ruleSuffixOverride ?? params.rule.name),
    };
    apply.call(this, params);
  };
  Reflect.set(NagPack.prototype, 'applyRule', counting);
  try {
    synthesise();
  } finally {
    Reflect.set(NagPack.prototype, 'applyRule', apply);
  }
  return countsOf(applied);
}

function countsOf(applied: Readonly<Record<string, Readonly<Record<string, Set<string>>>>>): AppliedRules {
  return Object.fromEntries(
    Object.entries(applied).map(([stack, packs]) => [
      stack,
      Object.fromEntries(Object.entries(packs).map(([pack, rules]) => [pack, rules.size])),
    ]),
  );
}
