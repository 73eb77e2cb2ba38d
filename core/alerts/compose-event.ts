import type { AlertEvent } from '../contracts/events.ts';
import type { Alert } from '../ports.ts';
import { emailTextOf, faultOfAlert, type MessageOptions, nextIn, runbooksOf } from './compose-message.ts';
import { faultSeverityOf, stateOf } from './kind.ts';

/**
 * Longest text, characters. The entries of a request together have at most 256 KB, and a character takes up to six bytes in
 * JSON. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html (checked 2026-11-24)
 */
const TEXT_CHARACTERS = 30_000;

/** An alert for programs. */
export function alertEventOf(alert: Alert, options: MessageOptions): AlertEvent {
  const { code, cache, subject, next, ended, occurrence } = alert;
  const { region } = options;
  const fault = faultOfAlert(alert);
  const state = stateOf(alert);
  const [runbook] = runbooksOf(alert, options);
  return {
    version: 1,
    id: ['alert', region, fault, ...(occurrence === undefined ? [] : [occurrence]), state].join('/'),
    region,
    state,
    code: ended?.code ?? code,
    severity: faultSeverityOf(alert),
    fault,
    about: cache,
    subject,
    text: emailTextOf(alert, options).slice(0, TEXT_CHARACTERS),
    ...(next !== undefined && { next: nextIn(next, region) }),
    ...(runbook !== undefined && { runbook }),
  };
}
