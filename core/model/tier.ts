/** How long a recovery point is kept; earned by being the first verified one of its month, week or day. */
export const TIERS = ['hourly', 'daily', 'weekly', 'monthly'] as const;
export type Tier = (typeof TIERS)[number];

export const isTier = (name: string | undefined): name is Tier => TIERS.some((tier) => tier === name);

/** Whether a recovery point can be trusted. Only a person accepts a suspect one. */
export const VERDICTS = ['verified', 'suspect', 'corrupt'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The tag without which no lifecycle rule expires anything, and its value. */
export const RELEASE_TAG = { key: 'redrill-released', value: 'true' } as const;
/** The same tag on a point that a person holds: no rule asks for this value. */
export const HOLD_TAG = { key: RELEASE_TAG.key, value: 'held' } as const;
/** Set with the release: the plan whose days count; lifecycle rules of plans with different retention tell by it. */
export const PLAN_OBJECT_TAG = 'redrill-plan';
/** On an ElastiCache cache: the plan that protects it. On a drill's cluster: the drill that owns it. */
export const PLAN_TAG = 'redrill:plan';
export const DRILL_TAG = 'redrill:drill';
export const SLOT_TAG = 'redrill:slot';
/** On a cluster that a person has restored: the recovery point, as `cache/slot`, and when the restore was begun. */
export const RESTORED_FROM_TAG = 'redrill:restored-from';
export const RESTORE_BEGUN_TAG = 'redrill:restore-begun';
