import type { StatusOutput } from './contract.ts';

type Cache = StatusOutput['caches'][number];

/** A sample's labels and its value. */
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A metric of `redrill status --openmetrics`. All are gauges, whose names and labels are a stable contract. */
export interface Family {
  /** Ends with its unit, if it has one. */
  readonly name: string;
  readonly unit?: 'seconds' | 'bytes';
  readonly help: string;
  readonly labels: readonly string[];
  /** What it means that there is no sample. */
  readonly absent: string;
  readonly samples: (status: StatusOutput) => readonly Sample[];
}

/** One sample of each cache, for which the value is known. */
const ofCaches =
  (value: (cache: Cache, asOf: string) => number | null | undefined) =>
  ({ caches, asOf }: StatusOutput): readonly Sample[] =>
    caches.flatMap((cache): Sample[] => {
      const known = value(cache, asOf);
      return known === null || known === undefined ? [] : [[{ cache: cache.cache, plan: cache.plan }, known]];
    });

const CACHE = ['cache', 'plan'];
const NO_COPY = 'the cache has no verified copy';
const NEVER_DRILLED = 'no drill of the cache has ended';
const NOT_PROTECTED = 'the cache is not protected';
const POINTS = ['held', 'suspect', 'corrupt', 'failedDrill'] as const;
const secondsAt = (instant: string) => Date.parse(instant) / 1000;
const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const FAMILIES: readonly Family[] = [
  {
    name: 'redrill_checked_timestamp_seconds',
    unit: 'seconds',
    help: 'When the command looked at the vault.',
    labels: [],
    absent: 'the command has never succeeded; an old value means that it no longer does',
    samples: ({ asOf }) => [[{}, secondsAt(asOf)]],
  },
  {
    name: 'redrill_watched_timestamp_seconds',
    unit: 'seconds',
    help: 'When watch-vault last wrote how all caches stand.',
    labels: [],
    absent: 'watch-vault has never written it, or it cannot be read',
    samples: ({ watchedAt }) => (watchedAt === null ? [] : [[{}, secondsAt(watchedAt)]]),
  },
  {
    name: 'redrill_problem',
    help: '1 for each problem that redrill status reports; cache is empty for one of the installation.',
    labels: ['cache', 'code', 'slot', 'urgency'],
    absent: 'there is no such problem',
    samples: problemSamples,
  },
  {
    name: 'redrill_protected_caches',
    help: 'Protected caches.',
    labels: [],
    absent: 'the command has never succeeded',
    samples: ({ caches }) => [[{}, caches.length]],
  },
  {
    name: 'redrill_unprotected_cache',
    help: '1 for each cache that is known and deliberately not protected.',
    labels: ['cache'],
    absent: 'the cache is protected, or Redrill does not know it',
    samples: ({ unprotected }) => unprotected.map(({ cache }): Sample => [{ cache }, 1]),
  },
  {
    name: 'redrill_rpo_objective_seconds',
    unit: 'seconds',
    help: 'The RPO of the cache’s plan.',
    labels: CACHE,
    absent: NOT_PROTECTED,
    samples: ofCaches(({ rpoSeconds }) => rpoSeconds),
  },
  {
    name: 'redrill_rto_objective_seconds',
    unit: 'seconds',
    help: 'The RTO of the cache’s plan.',
    labels: CACHE,
    absent: NOT_PROTECTED,
    samples: ofCaches(({ rtoSeconds }) => rtoSeconds),
  },
  {
    name: 'redrill_newest_copy_timestamp_seconds',
    unit: 'seconds',
    help: 'The time of the newest verified copy of which every file is in the vault.',
    labels: CACHE,
    absent: NO_COPY,
    samples: ofCaches(({ newest }, asOf) => newest && secondsAt(asOf) - newest.ageSeconds),
  },
  {
    name: 'redrill_newest_copy_bytes',
    unit: 'bytes',
    help: 'The size of its files.',
    labels: CACHE,
    absent: NO_COPY,
    samples: ofCaches(({ newest }) => newest?.bytes),
  },
  {
    name: 'redrill_newest_copy_keys',
    help: 'The keys that were counted in it.',
    labels: CACHE,
    absent: NO_COPY,
    samples: ofCaches(({ newest }) => newest?.keys),
  },
  {
    name: 'redrill_last_drill_timestamp_seconds',
    unit: 'seconds',
    help: 'The time of the last restore drill.',
    labels: CACHE,
    absent: NEVER_DRILLED,
    samples: ofCaches(({ lastDrill }, asOf) => lastDrill && secondsAt(asOf) - lastDrill.ageSeconds),
  },
  {
    name: 'redrill_last_drill_passed',
    help: 'Whether the last restore drill passed: 1 or 0.',
    labels: CACHE,
    absent: NEVER_DRILLED,
    samples: ofCaches(({ lastDrill }) => lastDrill && Number(lastDrill.verdict === 'passed')),
  },
  {
    name: 'redrill_last_drill_rto_seconds',
    unit: 'seconds',
    help: 'The RTO that the last restore drill measured.',
    labels: CACHE,
    absent: `${NEVER_DRILLED}, or the last one ended before the data was restored`,
    samples: ofCaches(({ lastDrill }) => lastDrill?.rtoSeconds),
  },
  {
    name: 'redrill_recovery_points',
    help: 'Recovery points that need attention, by state: held, suspect, corrupt, failed_drill.',
    labels: [...CACHE, 'state'],
    absent: NOT_PROTECTED,
    samples: ({ caches }) =>
      caches.flatMap((each) =>
        POINTS.map((state): Sample => {
          const { cache, plan } = each;
          return [{ cache, plan, state: snakeCase(state) }, each[state].length];
        }),
      ),
  },
];

function problemSamples({ problems, caches }: StatusOutput): readonly Sample[] {
  const all = [
    ...problems.map((problem) => ({ cache: '', ...problem })),
    ...caches.flatMap(({ cache, problems: own }) => own.map((problem) => ({ cache, ...problem }))),
  ];
  const labels = all.map(({ cache, code, slot = '', urgency }) => ({ cache, code, slot, urgency }));
  // Two problems may have all labels in common; a metric may have each set of labels once.
  const distinct = new Map(labels.map((each) => [JSON.stringify(each), each]));
  return [...distinct.values()].map((each): Sample => [each, 1]);
}

/**
 * How all caches stand, as OpenMetrics text, which is also valid in Prometheus' own format.
 * https://prometheus.io/docs/specs/om/open_metrics_spec/ (checked 2026-11-24)
 */
export function openMetrics(status: StatusOutput): string {
  const lines = FAMILIES.flatMap(({ name, unit, help, samples }) => [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples(status).map(([labels, value]) => `${name}${labelText(labels)} ${value}`),
  ]);
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
