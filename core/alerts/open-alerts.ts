import type { FleetProblem } from '../contracts/fleet.ts';
import type { NoticeMemory, ToldFault } from '../contracts/notices.ts';
import { type NoticeArea, pointOfFolder } from '../model/keys.ts';
import { alertEntry } from './registry.ts';

/** An alert of a watch whose end has not been reported: while there is one, it cannot be said that all is well. */
export interface OpenAlert {
  readonly area: NoticeArea;
  /** What the alert is about: a cache; in areas that concern the whole installation, a region or `vault`. */
  readonly about: string;
  readonly problem: FleetProblem;
}

/** About settings and regions, not about one cache. */
const OF_ALL: ReadonlySet<NoticeArea> = new Set(['settings', 'other-side']);

/** Whether the alert is about that cache. */
export function isOf({ area, about }: OpenAlert, cache: string): boolean {
  return !OF_ALL.has(area) && about === cache;
}

/** Whether it concerns that cache: it is about the cache, or about all of them. */
export function concerns(alert: OpenAlert, cache: string): boolean {
  return OF_ALL.has(alert.area) || alert.about === cache;
}

/** The alerts that a watch remembers as open, one that could not be sent included. */
export function openAlertsIn(area: NoticeArea, { faults }: NoticeMemory): readonly OpenAlert[] {
  return Object.entries(faults).flatMap(([fault, told]) =>
    isOpen(told) ? [alertOf(area, fault, told)] : [],
  );
}

function isOpen({ code, toldAt, overAt, claim, mayBeTold }: ToldFault): boolean {
  if (alertEntry(code)?.inStatus === false) return false;
  return toldAt !== undefined || claim !== undefined || mayBeTold === true || overAt === undefined;
}

function alertOf(area: NoticeArea, fault: string, told: ToldFault): OpenAlert {
  const { code, about, severity, parts } = told;
  const since = told.since ?? told.toldAt ?? told.claim?.at;
  const slot = parts.flatMap((part) => pointOfFolder(part)?.slot ?? []).at(0);
  const message = `The alert “${fault.replace(`${about}: `, '')}” is open: Redrill has sent it, and has not reported its end.`;
  return {
    area,
    about,
    problem: { code, message, ...(slot && { slot }), ...(since && { since }), ...(severity && { severity }) },
  };
}

const rank = ({ severity }: FleetProblem) => (severity === 'ticket' ? 1 : 0);

/** The problems that were found, each with since when it is alerted, and the open alerts of which nothing was found, pages first. */
export function withOpenAlerts<Problem extends FleetProblem>(
  found: readonly Problem[],
  alerts: readonly OpenAlert[],
): readonly (Problem | FleetProblem)[] {
  const shows = ({ code }: FleetProblem, alert: OpenAlert) =>
    code === alert.problem.code || code === alertEntry(alert.problem.code)?.shownAs;
  const others = alerts.filter((alert) => !found.some((problem) => shows(problem, alert)));
  return [
    ...found.map((problem) => {
      const since = alerts.find((alert) => shows(problem, alert))?.problem.since;
      return since === undefined ? problem : { ...problem, since };
    }),
    ...others.map(({ problem }) => problem).sort((one, other) => rank(one) - rank(other)),
  ];
}

/** Alerts that are about none of these caches, as problems of the installation. */
export function alertsBeside(caches: readonly string[], alerts: readonly OpenAlert[]): readonly OpenAlert[] {
  return alerts
    .filter((alert) => !caches.some((cache) => isOf(alert, cache)))
    .map((alert) => ({ ...alert, problem: { ...alert.problem, about: alert.about } }));
}
