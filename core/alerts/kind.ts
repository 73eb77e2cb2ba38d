import type { AlertEvent } from '../contracts/events.ts';
import { CANARY_CODE } from '../contracts/resources.ts';
import type { Alert } from '../ports.ts';

/** Whether a message reports a problem, its end, or nothing but that messages arrive. */
export function stateOf({ code, ended }: Alert): AlertEvent['state'] {
  if (code === CANARY_CODE) return 'test';
  return ended === undefined ? 'raised' : 'resolved';
}

/** By what subscriptions tell messages apart: the severity of a problem, that it is over, or a test message. */
export function kindOf(alert: Alert): 'page' | 'ticket' | 'resolved' | 'test' {
  const state = stateOf(alert);
  return state === 'raised' ? alert.severity : state;
}

/** Of the problem, also in the message that it is over, which is a ticket. */
export function faultSeverityOf(alert: Alert): AlertEvent['severity'] {
  return stateOf(alert) === 'test' ? 'none' : (alert.ended?.severity ?? alert.severity);
}
