import { type LogStore, parseLogGroupArn } from '../logs.ts';
import { type HistoryEvent, withoutData } from './history.ts';
import type { LogLevel, Machine } from './machine.ts';

const FATAL = /^Execution(Failed|TimedOut|Aborted)$/;
const ERROR = /(Failed|TimedOut|Aborted)$/;

/** Which events a level logs: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-level */
const LOGGED: Readonly<Record<LogLevel, (type: string) => boolean>> = {
  ALL: () => true,
  ERROR: (type) => ERROR.test(type),
  FATAL: (type) => FATAL.test(type),
  OFF: () => false,
};

/** Writes one event to the machine's log groups, delivered by AWS's log delivery service and not by the role. */
export function logExecutionEvent(
  logs: LogStore,
  { logging, name }: Machine,
  executionArn: string,
  event: HistoryEvent,
): void {
  if (!LOGGED[logging.level](event.type)) return;
  const line = JSON.stringify({
    id: String(event.id),
    type: event.type,
    details: logging.includeExecutionData ? event.details : withoutData(event.details),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(event.at),
    execution_arn: executionArn,
  });
  const stream = `states/${name}/${new Date(event.at).toISOString().slice(0, 13).replaceAll(/[T:]/g, '-')}`;
  for (const arn of logging.logGroupArns) logs.append(parseLogGroupArn(arn), stream, [line]);
}
