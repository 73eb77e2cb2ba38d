import { CLAIM_SECONDS, type Claim, type NoticeMemory, type ToldFault } from '../contracts/notices.ts';
import { DAY_MS, HOUR_MS } from '../model/time.ts';
import type { Alert } from '../ports.ts';
import { alertOfEnd, type Notice } from './compose-notice.ts';
import { alertEntry } from './registry.ts';

/** One fault is told at most so often, and once more when it is over: what wakes nobody need not be said every hour. */
const TELL_AGAIN_AFTER_MS = { page: HOUR_MS, ticket: DAY_MS } as const;

/**
 * After a message that a fault is over, the next one that says so waits so long: while a backlog is worked off, a fault can
 * come and go with every look.
 */
export const OVER_AGAIN_AFTER_MS = HOUR_MS;

/** One look at what is watched. */
export interface Look {
  /** Unlike that of any other look, even at the same instant. */
  readonly id: string;
  readonly now: Date;
}

/** A message that this look has to send, once the memory with its claim is written. */
export interface NoticeTelling {
  readonly fault: string;
  readonly alert: Alert;
  readonly outcome: 'lasts' | 'over';
  /** When the fault was first found since it was last over, as far as it is known. */
  readonly since: string;
}

/** What people are told when a fault is over; undefined if that concerns nobody any more. */
export type EndOf = (fault: string, told: ToldFault) => Alert | undefined;

/** Whether a look could have found a fault; what it did not look at stays as people were told. */
export type LookedFor = (fault: string) => boolean;

/** What shapes a look's messages beside what it has found. */
export interface NoticeOptions {
  /** @default what is over is called by its fault's name */
  readonly endOf?: EndOf;
  /** @default every fault was looked for */
  readonly lookedFor?: LookedFor;
}

export interface NoticeDecision {
  readonly tellings: readonly NoticeTelling[];
  readonly memory: NoticeMemory;
}

/**
 * Whom to tell what. Each message is claimed in the memory first, so that of two looks at the same time one sends it. A claim
 * that has run out belongs to a look that died: then the message is sent again, for nobody knows whether it was before.
 */
export function planNotices(
  notices: readonly Notice[],
  memory: NoticeMemory,
  look: Look,
  { endOf = namedEnd, lookedFor = () => true }: NoticeOptions = {},
): NoticeDecision {
  const faults: Record<string, ToldFault> = {};
  const tellings: NoticeTelling[] = [];
  const present = new Map(notices.map((notice) => [notice.fault, notice]));
  for (const fault of new Set([...present.keys(), ...Object.keys(memory.faults)])) {
    const told = memory.faults[fault];
    if (told !== undefined && !present.has(fault) && !lookedFor(fault)) {
      faults[fault] = told;
      continue;
    }
    const step = stepOf({ fault, notice: present.get(fault), told }, look, endOf);
    if (step === undefined) continue;
    faults[fault] = step.remembered;
    if (step.telling !== undefined) tellings.push(step.telling);
  }
  return { tellings, memory: { version: 1, faults } };
}

interface Known {
  readonly fault: string;
  /** Undefined if the fault is not there at the moment. */
  readonly notice: Notice | undefined;
  /** Undefined if people were not told of it. */
  readonly told: ToldFault | undefined;
}

/** What is remembered of a fault from now on, and what is said of it now, if anything. */
interface Step {
  readonly remembered: ToldFault;
  readonly telling?: NoticeTelling;
}

/** @returns undefined if the fault may be forgotten */
function stepOf({ fault, notice, told }: Known, look: Look, endOf: EndOf): Step | undefined {
  if (told?.claim !== undefined && isAnothers(told.claim, look)) return { remembered: told };
  if (notice !== undefined) return stepWhileItLasts(notice, told, look);
  return told && stepOnceOver(fault, told, look, endOf);
}

function stepWhileItLasts(notice: Notice, told: ToldFault | undefined, look: Look): Step {
  if (told !== undefined && !isDue(notice, told, look.now))
    // What is over for now is news when it comes back.
    return { remembered: { ...told, parts: told.parts.filter((part) => notice.parts.includes(part)) } };
  const { fault, alert, parts } = notice;
  const { toldAt, overAt, claim, mayBeTold } = told ?? {};
  const since = told?.since ?? toldAt ?? look.now.toISOString();
  return {
    telling: { fault, alert, outcome: 'lasts', since },
    remembered: {
      code: alert.code,
      about: alert.cache,
      severity: alert.severity,
      since,
      parts: [...parts],
      ...(toldAt && { toldAt }),
      ...(overAt && { overAt }),
      ...((claim || mayBeTold) && { mayBeTold: true as const }),
      claim: claimOf(look),
    },
  };
}

function stepOnceOver(fault: string, told: ToldFault, look: Look, endOf: EndOf): Step | undefined {
  if (!isOpen(told) && told.overAt === undefined) return undefined;
  const alert = endOf(fault, told);
  if (alert === undefined) return undefined;
  if (!isOpen(told) || wasOverLately(told.overAt, look.now)) return { remembered: told };
  const since = told.since ?? told.toldAt ?? told.claim?.at ?? look.now.toISOString();
  return {
    telling: { fault, alert, outcome: 'over', since },
    remembered: { ...told, claim: claimOf(look) },
  };
}

/** What became of a message: `unsure` if no answer came, so that people may have got it. */
export type Delivery = 'sent' | 'refused' | 'unsure';

/** The memory when this look's messages were sent, but for those that were not for sure, which the next look tries again. */
export function settleNotices(
  memory: NoticeMemory,
  look: Look,
  tellings: readonly (NoticeTelling & { readonly delivery: Delivery })[],
): NoticeMemory {
  const faults: Record<string, ToldFault> = { ...memory.faults };
  for (const { fault, outcome, delivery } of tellings) {
    const { claim, ...told } = faults[fault] ?? {};
    if (claim?.by !== look.id) continue;
    // The first message may have been sent, if its sender died or got no answer. Its resolution is sent then, too.
    if (delivery !== 'sent' && outcome === 'over')
      faults[fault] = { toldAt: claim.at, ...(told as ToldFault), parts: [] };
    else if (delivery === 'unsure') faults[fault] = { ...(told as ToldFault), parts: [], mayBeTold: true };
    else if (delivery === 'refused') faults[fault] = { ...(told as ToldFault), parts: [] };
    else if (outcome === 'over') faults[fault] = overNow(told as ToldFault, look.now);
    else faults[fault] = { ...(told as ToldFault), toldAt: look.now.toISOString() };
  }
  const kept = Object.entries(faults).filter(
    ([, told]) => isOpen(told) || told.overAt === undefined || wasOverLately(told.overAt, look.now),
  );
  return { version: 1, faults: Object.fromEntries(kept) };
}

function claimOf({ id, now }: Look): Claim {
  return { by: id, at: now.toISOString() };
}

/** Whether another look sends the message, or may still do so. */
function isAnothers(claim: Claim, { id, now }: Look): boolean {
  return claim.by !== id && now.getTime() - Date.parse(claim.at) < CLAIM_SECONDS * 1000;
}

/** Whether people were told so short a time ago that the fault is over. */
function wasOverLately(overAt: string | undefined, now: Date): boolean {
  return overAt !== undefined && now.getTime() - Date.parse(overAt) < OVER_AGAIN_AFTER_MS;
}

/** Whether people believe that it lasts, or may do so. */
function isOpen({ toldAt, claim, mayBeTold }: ToldFault): boolean {
  return toldAt !== undefined || claim !== undefined || mayBeTold === true;
}

function overNow({ code, about }: ToldFault, now: Date): ToldFault {
  return { code, about, parts: [], overAt: now.toISOString() };
}

function isDue({ parts, alert }: Notice, told: ToldFault, now: Date): boolean {
  if (told.toldAt === undefined || told.claim !== undefined) return true;
  const tellAgainAfter = isNews(alert.code) ? Infinity : TELL_AGAIN_AFTER_MS[alert.severity];
  if (now.getTime() - Date.parse(told.toldAt) >= tellAgainAfter) return true;
  return parts.some((part) => !told.parts.includes(part));
}

/** News has no end. */
const namedEnd: EndOf = (fault, told) => (isNews(told.code) ? undefined : alertOfEnd(fault, told));

const isNews = (code: string) => alertEntry(code)?.newsOf !== undefined;
