import type { NoticeMemory, ToldFault } from '../contracts/notices.ts';
import type { Alert } from '../ports.ts';
import { isAnothers, type Look, wasOverLately } from './plan-watch.ts';

/** One fault is told at most so often, and once more when it is over: what wakes nobody need not be said every hour. */
const TELL_AGAIN_AFTER_MS = { page: 3_600_000, ticket: 86_400_000 } as const;

/** A fault that is there at the moment. */
export interface Notice {
  /** Which fault it is, the same at every look. */
  readonly fault: string;
  /** What it consists of. A part that people were not told of is news, and does not wait for the hour to be over. */
  readonly parts: readonly string[];
  readonly alert: Alert;
}

/** A message that this look has to send, once the memory with its claim is written. */
export interface NoticeTelling {
  readonly fault: string;
  readonly alert: Alert;
  readonly outcome: 'lasts' | 'over';
}

export interface NoticeDecision {
  readonly tellings: readonly NoticeTelling[];
  readonly memory: NoticeMemory;
}

/**
 * Whom to tell what. Each message is claimed in the memory first, so that of two looks at the same time one sends it. A claim
 * that has run out belongs to a look that died: then the message is sent again, for nobody knows whether it was before.
 */
export function planNotices(notices: readonly Notice[], memory: NoticeMemory, look: Look): NoticeDecision {
  const faults: Record<string, ToldFault> = {};
  const tellings: NoticeTelling[] = [];
  const claimed = { by: look.id, at: look.now.toISOString() };
  const present = new Map(notices.map((notice) => [notice.fault, notice]));
  for (const fault of new Set([...present.keys(), ...Object.keys(memory.faults)])) {
    const told = memory.faults[fault];
    const notice = present.get(fault);
    if (told?.claim !== undefined && isAnothers(told.claim, look)) {
      faults[fault] = told;
    } else if (notice === undefined) {
      if (told === undefined || (!isOpen(told) && told.overAt === undefined)) continue;
      const tells = isOpen(told) && !wasOverLately(told.overAt, look.now);
      if (tells) tellings.push({ fault, alert: alertOfEnd(fault, told), outcome: 'over' });
      faults[fault] = tells ? { ...told, claim: claimed } : told;
    } else if (told === undefined || isDue(notice, told, look.now)) {
      tellings.push({ fault, alert: notice.alert, outcome: 'lasts' });
      const { toldAt, overAt } = told ?? {};
      faults[fault] = {
        ...rememberedOf(notice),
        ...(toldAt && { toldAt }),
        ...(overAt && { overAt }),
        claim: claimed,
      };
    } else {
      // What is over for now is news when it comes back.
      faults[fault] = { ...told, parts: told.parts.filter((part) => notice.parts.includes(part)) };
    }
  }
  return { tellings, memory: { version: 1, faults } };
}

/** The memory when this look's messages were sent, but for the refused ones, which the next look tries again. */
export function settleNotices(
  memory: NoticeMemory,
  look: Look,
  tellings: readonly (NoticeTelling & { readonly refused: boolean })[],
): NoticeMemory {
  const faults: Record<string, ToldFault> = { ...memory.faults };
  for (const { fault, outcome, refused } of tellings) {
    const { claim, ...told } = faults[fault] ?? {};
    if (claim?.by !== look.id) continue;
    if (refused) faults[fault] = { ...(told as ToldFault), parts: [] };
    else if (outcome === 'over') faults[fault] = overNow(told as ToldFault, look.now);
    else faults[fault] = { ...(told as ToldFault), toldAt: look.now.toISOString() };
  }
  const kept = Object.entries(faults).filter(
    ([, told]) => isOpen(told) || told.overAt === undefined || wasOverLately(told.overAt, look.now),
  );
  return { version: 1, faults: Object.fromEntries(kept) };
}

/** Whether people believe that it lasts, or may do so. */
function isOpen({ toldAt, claim }: ToldFault): boolean {
  return toldAt !== undefined || claim !== undefined;
}

function overNow({ code, about }: ToldFault, now: Date): ToldFault {
  return { code, about, parts: [], overAt: now.toISOString() };
}

function isDue({ parts, alert }: Notice, told: ToldFault, now: Date): boolean {
  if (told.toldAt === undefined || told.claim !== undefined) return true;
  if (now.getTime() - Date.parse(told.toldAt) >= TELL_AGAIN_AFTER_MS[alert.severity]) return true;
  return parts.some((part) => !told.parts.includes(part));
}

function rememberedOf({ alert, parts }: Notice): ToldFault {
  return { code: alert.code, about: alert.cache, parts: [...parts] };
}

function alertOfEnd(fault: string, { code, about }: ToldFault): Alert {
  return {
    code: `${code}Resolved`,
    severity: 'ticket',
    cache: about,
    subject: `[Redrill] resolved: ${fault}`,
    text: `This is over: ${fault}.`,
  };
}
