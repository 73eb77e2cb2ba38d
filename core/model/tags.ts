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
