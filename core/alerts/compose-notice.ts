import type { ToldFault } from '../contracts/notices.ts';
import type { Alert, Severity } from '../ports.ts';
import { nextStep } from './next-step.ts';
import { runbookLine } from './problems.ts';
import { ALERTS, type AlertCode, type AlertEntry, alertEntry, worded } from './registry.ts';

/** A fault that is there at the moment, or news. */
export interface Notice {
  /** Which fault it is, the same at every look. */
  readonly fault: string;
  /** What it consists of. A part that people were not told of is news, and does not wait for the hour to be over. */
  readonly parts: readonly string[];
  readonly alert: Alert;
}

/** What the registry does not know of an alert. */
export interface Wording {
  readonly code: AlertCode;
  /** Its attribute `cache`. */
  readonly about: string;
  /** What its subject names. @default what it is about */
  readonly named?: readonly string[];
  /** @default the registry's */
  readonly severity?: Severity;
  /** Its lines, but for that of the runbook. */
  readonly text: readonly string[];
}

export function alertOf({ code, about, named = [about], severity, text }: Wording): Alert {
  const entry: AlertEntry = ALERTS[code];
  return {
    code,
    severity: severity ?? entry.severity,
    cache: about,
    subject: `[Redrill] ${worded(entry.subject, named)}`,
    text: [...text, runbookLine(entry.runbook)].join('\n'),
    next: nextStep({ code, about }, {}).next,
  };
}

/** The alert's next command, as a line of a text. */
export const commandOf = (code: AlertCode, about: string): string =>
  `  ${nextStep({ code, about }, {}).next}`;

/** The name of a fault in what is remembered of it. */
export function faultOf(code: AlertCode, ...named: readonly string[]): string {
  const { subject, fault = subject }: AlertEntry = ALERTS[code];
  return worded(fault, named);
}

/** @param parts @default none */
export function noticeOf({ parts = [], ...wording }: Wording & Partial<Pick<Notice, 'parts'>>): Notice {
  const { code, about, named = [about] } = wording;
  return { fault: faultOf(code, ...named), parts, alert: alertOf(wording) };
}

/** That a fault is over of which nothing more is known than what it was called. */
export function alertOfEnd(fault: string, { code, about, severity }: ToldFault): Alert {
  const entry = alertEntry(code);
  const resolved = entry?.resolved;
  return {
    code: `${code}Resolved`,
    severity: 'ticket',
    cache: about,
    subject: `[Redrill] ${resolved === undefined ? `resolved: ${fault}` : `${about}: ${resolved}`}`,
    text: `This problem no longer exists: ${fault}.`,
    ended: { code, severity: severity ?? entry?.severity ?? 'page' },
  };
}
