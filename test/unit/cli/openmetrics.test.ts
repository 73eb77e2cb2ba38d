import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type StatusOutput, statusOutput } from '../../../cli/status/contract.ts';
import { FAMILIES, openMetrics } from '../../../cli/status/openmetrics.ts';
import { samplesOf } from './openmetrics-samples.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples/prometheus');
const PROBLEM = { message: '', urgency: 'critical', next: '', runbook: '' } as const;

const ORDERS: StatusOutput['caches'][number] = {
  cache: 'orders',
  plan: 'event-log',
  state: 'critical',
  rpoSeconds: 10_800,
  rtoSeconds: 7_200,
  newest: { slot: '20261124T000000Z', tier: 'hourly', keys: 994, bytes: 163_500, ageSeconds: 1_800 },
  lastDrill: {
    drill: '20261123T220000Z',
    verdict: 'failed',
    proof: 'nothing',
    ageSeconds: 9_000,
    rtoSeconds: 660,
  },
  held: [],
  suspect: ['20261123T230000Z'],
  corrupt: [],
  failedDrill: ['20261123T220000Z', '20261123T210000Z'],
  problems: [
    { ...PROBLEM, code: 'DrillFailed' },
    { ...PROBLEM, code: 'DrillFailed', message: 'another of the same labels' },
  ],
};
const STATUS: StatusOutput = {
  contract: 1,
  vault: 'vault',
  asOf: '2026-11-24T00:30:00.000Z',
  versions: { command: '0.1.0', vault: null, source: null },
  watchedAt: '2026-11-24T00:15:00.000Z',
  state: 'critical',
  problems: [{ ...PROBLEM, code: 'say "no"\\\n', urgency: 'warning' }],
  caches: [ORDERS, { ...ORDERS, cache: 'new', newest: null, lastDrill: null, suspect: [], problems: [] }],
  unprotected: [{ cache: 'scratch', because: 'it is a cache' }],
};

describe('redrill status --openmetrics', () => {
  it('prints what Prometheus’ parser reads as these samples', () => {
    const at = Date.parse(STATUS.asOf) / 1000;
    const states = (cache: string, suspect: number) => ({
      [`redrill_recovery_points{cache=${cache},plan=event-log,state=held}`]: 0,
      [`redrill_recovery_points{cache=${cache},plan=event-log,state=suspect}`]: suspect,
      [`redrill_recovery_points{cache=${cache},plan=event-log,state=corrupt}`]: 0,
      [`redrill_recovery_points{cache=${cache},plan=event-log,state=failed_drill}`]: 2,
    });
    expect(samplesOf(openMetrics(statusOutput.parse(STATUS)))).toEqual({
      redrill_checked_timestamp_seconds: at,
      redrill_watched_timestamp_seconds: at - 900,
      'redrill_problem{cache=,code=say "no"\\\n,slot=,urgency=warning}': 1,
      'redrill_problem{cache=orders,code=DrillFailed,slot=,urgency=critical}': 1,
      redrill_protected_caches: 2,
      'redrill_unprotected_cache{cache=scratch}': 1,
      'redrill_rpo_objective_seconds{cache=orders,plan=event-log}': 10_800,
      'redrill_rpo_objective_seconds{cache=new,plan=event-log}': 10_800,
      'redrill_rto_objective_seconds{cache=orders,plan=event-log}': 7_200,
      'redrill_rto_objective_seconds{cache=new,plan=event-log}': 7_200,
      'redrill_newest_copy_timestamp_seconds{cache=orders,plan=event-log}': at - 1_800,
      'redrill_newest_copy_bytes{cache=orders,plan=event-log}': 163_500,
      'redrill_newest_copy_keys{cache=orders,plan=event-log}': 994,
      'redrill_last_drill_timestamp_seconds{cache=orders,plan=event-log}': at - 9_000,
      'redrill_last_drill_passed{cache=orders,plan=event-log}': 0,
      'redrill_last_drill_rto_seconds{cache=orders,plan=event-log}': 660,
      ...states('orders', 1),
      ...states('new', 0),
    });
  });

  it('says nothing of what is not known: no watch, no drill, no measured RTO', () => {
    const lastDrill = ORDERS.lastDrill && { ...ORDERS.lastDrill, rtoSeconds: null };
    const text = openMetrics({ ...STATUS, watchedAt: null, caches: [{ ...ORDERS, lastDrill }] });
    const names = Object.keys(samplesOf(text)).map((name) => name.split('{')[0]);
    expect(names).not.toContain('redrill_watched_timestamp_seconds');
    expect(names).not.toContain('redrill_last_drill_rto_seconds');
    expect(names).toContain('redrill_last_drill_passed');
  });

  it.each(FAMILIES)('$name has the labels that are documented, and ends with its unit', (family) => {
    for (const [labels] of family.samples(STATUS)) expect(Object.keys(labels)).toEqual(family.labels);
    expect(family.samples(STATUS).length).toBeGreaterThan(0);
    if (family.unit !== undefined) expect(family.name.endsWith(`_${family.unit}`)).toBe(true);
  });
});

describe.each(['redrill.rules.yml', 'grafana-dashboard.json'])('examples/prometheus/%s', (file) => {
  it('asks for gauges that there are', () => {
    const asked = readFileSync(join(EXAMPLES, file), 'utf8').match(/\bredrill_[a-z_]+/g) ?? [];
    expect(asked.length).toBeGreaterThan(5);
    expect(FAMILIES.map(({ name }) => name)).toEqual(expect.arrayContaining([...new Set(asked)]));
  });
});
