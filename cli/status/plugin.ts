import { AppError } from '../../core/model/errors.ts';
import { counted } from '../terminal/figures.ts';
import type { State, StatusOutput } from './contract.ts';

/**
 * One line as monitoring plug-ins print it, with their exit status.
 * https://www.monitoring-plugins.org/doc/guidelines.html (checked 2026-11-22)
 */
export interface PluginAnswer {
  readonly line: string;
  readonly status: 0 | 1 | 2 | 3;
}

const STATUS: Readonly<Record<State, 0 | 1 | 2>> = { ok: 0, warning: 1, critical: 2 };
/** Problems that the line names; the others it counts. */
const NAMED = 5;

export function pluginAnswer(status: StatusOutput): PluginAnswer {
  const { state, caches } = status;
  const all = [
    ...status.problems.map(({ code }) => `vault ${code}`),
    ...caches.flatMap(({ cache, problems }) => problems.map(({ code }) => `${cache} ${code}`)),
  ];
  const more = all.length > NAMED ? `, and ${all.length - NAMED} more` : '';
  const found =
    all.length === 0
      ? `${counted(caches.length, 'cache')}, all well`
      : `${all.slice(0, NAMED).join(', ')}${more}`;
  return { line: `REDRILL ${state.toUpperCase()} - ${found} | ${figures(caches)}`, status: STATUS[state] };
}

/** What nobody could look at is neither well nor not. */
export function unknownAnswer(error: unknown): PluginAnswer {
  const why = error instanceof AppError ? error.message : String(error);
  return { line: `REDRILL UNKNOWN - ${why.replaceAll('\n', ' ').replaceAll('|', '/')}`, status: 3 };
}

/** 'label'=value[unit];[warn];[crit];[min];[max]; shares of what is allowed, of the cache that is worst off; U is unknown. */
function figures(caches: StatusOutput['caches']): string {
  const count = (state: State) => caches.filter((cache) => cache.state === state).length;
  const worst = (shares: readonly number[]) => Math.max(0, ...shares).toFixed(3);
  const known = (isKnown: boolean, value: string) => (isKnown ? value : 'U');
  const rpo = caches.flatMap(({ newest, rpoSeconds }) => (newest ? [newest.ageSeconds / rpoSeconds] : []));
  const rto = caches.flatMap(({ lastDrill, rtoSeconds }) =>
    lastDrill?.rtoSeconds ? [lastDrill.rtoSeconds / rtoSeconds] : [],
  );
  const without = caches.filter(({ newest }) => newest === null).length;
  return [
    `caches=${caches.length};;;0`,
    `critical=${count('critical')};;0;0`,
    `warning=${count('warning')};0;;0`,
    `without_copy=${without};;0;0`,
    `rpo_used=${known(without === 0, worst(rpo))};;1;0`,
    `rto_used=${known(rto.length > 0, worst(rto))};1;;0`,
  ].join(' ');
}
