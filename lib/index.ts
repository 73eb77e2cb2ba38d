/** The constructs of Redrill for CDK apps; docs/constructs.md shows how to use them. */

export type { Config, ConfigInput } from '../core/contracts/config.ts';
export { EVENTS, type EventDetail, type EventName } from '../core/contracts/events.ts';
export { presets } from '../core/contracts/presets.ts';
export type { Verdict } from '../core/model/verdict.ts';
export { Half, type ProtectOptions } from './half.ts';
export type { BuiltLambdas } from './lambda/bundles.ts';
export type { DrillNetworkOptions, RedrillProps, SourceOptions, VaultOptions } from './props.ts';
export { Protected } from './protected.ts';
export { type BothProps, Redrill } from './redrill.ts';
export { RedrillSource } from './redrill-source.ts';
export { RedrillVault } from './redrill-vault.ts';
