import { CLAIM_SECONDS, type Claim, type WatchMemory } from '../contracts/watch.ts';
import type { Alert } from '../ports.ts';
import type { Freshness } from './assess-freshness.ts';
import { alertOfFreshness, alertOfRecovery } from './compose-alerts.ts';

/** One fault is told at most once an hour, and once more when it is over. */
const TELL_AGAIN_AFTER_MS = 3_600_000;

/**
 * After a message that a fault is over, the next one that says so waits so long: while a backlog is worked off, a fault can
 * come and go with every look.
 */
export const OVER_AGAIN_AFTER_MS = 3_600_000;

/** Whether people were told so short a time ago that the fault is over. */
export function wasOverLately(overAt: string | undefined, now: Date): boolean {
  return overAt !== undefined && now.getTime() - Date.parse(overAt) < OVER_AGAIN_AFTER_MS;
}

/** One look at the vault. */
export interface Look {
  /** Unlike that of any other look, even at the same instant. */
  readonly id: string;
  readonly now: Date;
}

/** A message that this look has to send. */
export interface Telling {
  readonly fault: string;
  readonly alert: Alert;
  /** Whether it says that the fault is over. */
  readonly over: boolean;
}

export interface WatchDecision {
  readonly tellings: readonly Telling[];
  /** The memory with a claim on each of these messages: none may be sent before it is written. */
  readonly memory: WatchMemory;
}

/**
 * Whom to tell what after a look at the vault. Each message is claimed in the memory first, so that of several looks at the
 * same time one sends it. A claim that was not settled belongs to a look that died: when it has run out, the message is
 * sent again, for nobody knows whether it was sent before.
 */
export function planWatch(fleet: readonly Freshness[], memory: WatchMemory, look: Look): WatchDecision {
  const tellings: Telling[] = [];
  const after: WatchMemory = { version: 1, firstSeen: {}, told: {}, over: memory.over, claims: {} };
  for (const each of fleet) {
    const { cache: fault, newest } = each;
    if (newest === undefined) after.firstSeen[fault] = memory.firstSeen[fault] ?? look.now.toISOString();
    const toldAt = memory.told[fault];
    if (toldAt !== undefined) after.told[fault] = toldAt;
    const claim = memory.claims[fault];
    const waits = !each.outsideRpo && wasOverLately(memory.over[fault], look.now);
    if (claim !== undefined && (waits || isAnothers(claim, look))) after.claims[fault] = claim;
    if (waits || after.claims[fault] !== undefined) continue;
    const telling = tellingOf(each, { toldAt, begun: claim !== undefined }, look.now);
    if (telling === undefined) continue;
    tellings.push(telling);
    after.claims[fault] = claim?.by === look.id ? claim : { by: look.id, at: look.now.toISOString() };
  }
  return { tellings, memory: after };
}

/** Whether another look sends the message, or may still do so. */
export function isAnothers(claim: Claim, { id, now }: Look): boolean {
  return claim.by !== id && now.getTime() - Date.parse(claim.at) < CLAIM_SECONDS * 1000;
}

interface Before {
  readonly toldAt: string | undefined;
  /** Whether a look has died over a message about this fault. */
  readonly begun: boolean;
}

function tellingOf(each: Freshness, { toldAt, begun }: Before, now: Date): Telling | undefined {
  if (!each.outsideRpo) {
    if (toldAt === undefined && !begun) return undefined;
    return { fault: each.cache, alert: alertOfRecovery(each), over: true };
  }
  const due = toldAt === undefined || now.getTime() - Date.parse(toldAt) >= TELL_AGAIN_AFTER_MS;
  return due ? { fault: each.cache, alert: alertOfFreshness(each), over: false } : undefined;
}

/** The memory when this look's messages were sent, but for the refused ones, which any look may try again. */
export function settleWatch(
  memory: WatchMemory,
  { tellings, refused, look }: SettledLook,
): Pick<WatchDecision, 'memory'> {
  const [told, claims] = [{ ...memory.told }, { ...memory.claims }];
  const lately = Object.entries(memory.over).filter(([, overAt]) => wasOverLately(overAt, look.now));
  const ended = Object.fromEntries(lately);
  for (const { fault, over } of tellings) {
    if (claims[fault]?.by !== look.id) continue;
    delete claims[fault];
    if (refused.has(fault)) continue;
    if (!over) told[fault] = look.now.toISOString();
    else {
      delete told[fault];
      ended[fault] = look.now.toISOString();
    }
  }
  return { memory: { ...memory, told, over: ended, claims } };
}

export interface SettledLook {
  readonly tellings: readonly Telling[];
  /** Faults whose message was not taken. */
  readonly refused: ReadonlySet<string>;
  readonly look: Look;
}
