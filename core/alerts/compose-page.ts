import type { AlertEvent } from '../contracts/events.ts';
import type { AlarmChange, Heard } from '../contracts/heard.ts';
import { hashOf } from '../model/hash.ts';

/** https://developer.pagerduty.com/docs/send-alert-event (checked 2026-11-24): events of the Events API v2. */
export type PagerDutyEvent = {
  readonly routing_key: string;
  /** The incident that the event opens, updates or resolves; at most 255 characters. */
  readonly dedup_key: string;
} & (
  | {
      readonly event_action: 'trigger';
      readonly payload: {
        /** At most 1,024 characters. */
        readonly summary: string;
        readonly source: string;
        readonly severity: 'critical' | 'warning' | 'info';
        readonly timestamp: string;
        readonly component: string;
        readonly class: string;
        readonly custom_details: Readonly<Record<string, string>>;
      };
      readonly links?: readonly { readonly href: string; readonly text: string }[];
    }
  | { readonly event_action: 'resolve' }
);

export interface PageOptions {
  readonly routingKey: string;
  /** Whether tickets open incidents. */
  readonly tickets: boolean;
}

const DEDUP_KEY_CHARACTERS = 255;
const SUMMARY_CHARACTERS = 1_024;
/** PagerDuty takes 512 KB; nobody reads this much in an incident. */
const TEXT_CHARACTERS = 10_000;

const SEVERITIES = { page: 'critical', ticket: 'warning', none: 'info' } as const;

/**
 * Alarms about a state, which is over when the alarm is OK again. The others report something that has happened: an alert that
 * was lost stays lost, so a person resolves their incidents.
 */
export const ALARMS_WITH_AN_END: ReadonlySet<string> = new Set([
  'redrill-rpo-missed',
  'redrill-watch-silent',
  'redrill-source-watch-silent',
  'redrill-heartbeat-failing',
  'redrill-schedule-undelivered',
  'redrill-page-undelivered',
]);

type Place = Pick<Heard, 'account' | 'region' | 'time'>;

/** What PagerDuty is sent of an event, in this order; nothing if it concerns nobody. */
export function pageOf(event: Heard, options: PageOptions): readonly PagerDutyEvent[] {
  const { detail } = event;
  return 'alarmName' in detail ? pageOfAlarm(event, detail, options) : pageOfAlert(event, detail, options);
}

/** The test message opens an incident of the lowest severity and resolves it. */
function pageOfAlert(
  event: Place,
  detail: AlertEvent,
  { routingKey, tickets }: PageOptions,
): readonly PagerDutyEvent[] {
  const { region, time } = event;
  const { state, severity, subject, about, code, text, next, runbook, id } = detail;
  const key = { routing_key: routingKey, dedup_key: dedupKeyOf(event, detail.fault) };
  const resolve = { ...key, event_action: 'resolve' } as const;
  if (state === 'resolved') return [resolve];
  if (severity === 'ticket' && !tickets) return [];
  const trigger: PagerDutyEvent = {
    ...key,
    event_action: 'trigger',
    payload: {
      summary: subject.replace(/^\[Redrill\] /, 'Redrill: ').slice(0, SUMMARY_CHARACTERS),
      source: `redrill ${region}`,
      severity: SEVERITIES[severity],
      timestamp: time,
      component: about,
      class: code,
      custom_details: {
        message: text.slice(0, TEXT_CHARACTERS),
        ...(next !== undefined && { next }),
        ...(runbook !== undefined && { runbook }),
        event: id,
      },
    },
    ...(runbook?.startsWith('https://') && { links: [{ href: runbook, text: 'Runbook' }] }),
  };
  return state === 'test' ? [trigger, resolve] : [trigger];
}

function pageOfAlarm(
  event: Place,
  detail: AlarmChange,
  { routingKey }: PageOptions,
): readonly PagerDutyEvent[] {
  const { region, time } = event;
  const { alarmName, state, configuration } = detail;
  const key = { routing_key: routingKey, dedup_key: dedupKeyOf(event, `alarm ${alarmName}`) };
  if (state.value === 'OK')
    return ALARMS_WITH_AN_END.has(alarmName) ? [{ ...key, event_action: 'resolve' }] : [];
  if (state.value !== 'ALARM') return [];
  const description = configuration?.description ?? '';
  return [
    {
      ...key,
      event_action: 'trigger',
      payload: {
        summary: `Redrill: ${alarmName}: ${description}`.slice(0, SUMMARY_CHARACTERS),
        source: `redrill ${region}`,
        severity: 'critical',
        timestamp: time,
        component: alarmName,
        class: 'CloudWatch alarm',
        custom_details: { description, reason: state.reason ?? '' },
      },
      ...linksIn(description),
    },
  ];
}

/** An alarm's description has the address of its runbook. */
function linksIn(description: string): { readonly links?: readonly { href: string; text: string }[] } {
  const [href] = /https:\/\/\S+/.exec(description) ?? [];
  return href === undefined ? {} : { links: [{ href, text: 'Runbook' }] };
}

/** Several installations may send to one service of PagerDuty. */
function dedupKeyOf({ account, region }: Place, fault: string): string {
  const key = `redrill/${account}/${region}/${fault}`;
  if (key.length <= DEDUP_KEY_CHARACTERS) return key;
  const hash = hashOf(fault);
  return `${key.slice(0, DEDUP_KEY_CHARACTERS - hash.length - 1)}/${hash}`;
}
