import { openRunbook } from '../../core/contracts/runbooks.ts';
import { readableSeconds } from '../../core/model/duration.ts';
import { versionAdvice } from '../../core/watch/compare-versions.ts';
import { counted, grouped } from '../terminal/figures.ts';
import { aligned, type Paint } from '../terminal/page.ts';
import type { State, StatusOutput } from './contract.ts';

type Cache = StatusOutput['caches'][number];
type Problem = StatusOutput['problems'][number];

/** How many caches without a problem one statusText shows; `--all` shows all. */
const WELL_SHOWN = 20;

const STYLE = { ok: 'green', warning: 'yellow', critical: 'red' } as const satisfies Readonly<
  Record<State, string>
>;

export interface StatusTextOptions {
  readonly all: boolean;
  readonly paint: Paint;
}

/** How all caches stand, for people: what is wrong and what to type first, then a line for each cache. */
export function statusText(status: StatusOutput, { all, paint }: StatusTextOptions): string {
  const { caches } = status;
  const well = caches.filter(({ state }) => state === 'ok');
  const shown = all
    ? caches
    : [...caches.filter(({ state }) => state !== 'ok'), ...well.slice(0, WELL_SHOWN)];
  const left = caches.length - shown.length;
  return [
    headline(status, paint),
    ...status.problems.flatMap((problem) => problemLines('vault', problem, paint)),
    ...caches.flatMap(({ cache, problems }) => problems.flatMap((each) => problemLines(cache, each, paint))),
    ...(shown.length === 0 ? [] : ['', ...table(shown, paint)]),
    ...(left === 0 ? [] : [`… and ${grouped(left)} more, all well; --all lists them`]),
    ...unprotectedLines(status),
    ...versionLines(status, paint),
  ].join('\n');
}

function headline({ vault, asOf, caches, state, problems }: StatusOutput, paint: Paint): string {
  const bad = caches.filter((cache) => cache.state !== 'ok').length;
  const of = counted(caches.length, 'protected cache');
  const well = problems.length > 0 ? 'each with a recent copy; see the problems below' : 'all well';
  const found =
    caches.length === 0
      ? 'nothing is protected yet'
      : bad === 0
        ? `${of}, ${well}`
        : `${grouped(bad)} of ${of} with problems`;
  return `${paint([STYLE[state], 'bold'], found)}  ${vault}, ${instant(asOf)}`;
}

function problemLines(where: string, problem: Problem, paint: Paint): readonly string[] {
  const { code, message, urgency, since, next, runbook } = problem;
  const alerted = since === undefined ? '' : `, alerted since ${instant(since)}`;
  return [
    '',
    `${paint(STYLE[urgency], where)}  ${message}`,
    `    ${code}${alerted}; run: ${paint('bold', next)}`,
    `    ${openRunbook(runbook)}`,
  ];
}

const COLUMNS = ['cache', 'newest copy', 'RPO', 'keys', 'last drill', 'RTO', ''] as const;

function table(caches: readonly Cache[], paint: Paint): readonly string[] {
  const keys = COLUMNS.indexOf('keys');
  const [head = [], ...rows] = aligned([COLUMNS, ...caches.map(rowOf)], (column) => column === keys);
  return [
    head.join('  ').trimEnd(),
    ...rows.map(([name = '', ...others], at) =>
      [paint(STYLE[caches[at]?.state ?? 'ok'], name), ...others].join('  ').trimEnd(),
    ),
  ];
}

function rowOf({ cache, newest, rpoSeconds, lastDrill, rtoSeconds, ...marked }: Cache): readonly string[] {
  const took = lastDrill?.rtoSeconds ?? undefined;
  const notes = (['held', 'suspect', 'corrupt'] as const).flatMap((what) =>
    marked[what].length === 0 ? [] : [`${marked[what].length} ${what}`],
  );
  const failed = marked.failedDrill.length;
  return [
    cache,
    newest === null ? 'none' : `${readableSeconds(newest.ageSeconds)} old`,
    `of ${readableSeconds(rpoSeconds)}`,
    newest === null ? '' : grouped(newest.keys),
    lastDrill === null ? 'never' : `${lastDrill.verdict} ${readableSeconds(lastDrill.ageSeconds)} ago`,
    `${took === undefined ? '–' : readableSeconds(took)} of ${readableSeconds(rtoSeconds)}`,
    [...notes, ...(failed === 0 ? [] : [`${failed} failed a drill`])].join(', '),
  ];
}

function unprotectedLines({ unprotected }: StatusOutput): readonly string[] {
  if (unprotected.length === 0) return [];
  return ['', 'not protected:', ...unprotected.map(({ cache, because }) => `  ${cache}  ${because}`)];
}

function versionLines({ versions }: StatusOutput, paint: Paint): readonly string[] {
  const { vault, source, command } = versions;
  const advice = versionAdvice({ vault: vault ?? undefined, source: source ?? undefined }, command);
  return advice === undefined ? [] : ['', paint('yellow', advice)];
}

const instant = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
