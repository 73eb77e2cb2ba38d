import { type StatusOutput, statusOutput } from '../../cli/status/contract.ts';
import { statusText } from '../../cli/status/text.ts';
import { VERSION } from '../../core/model/version.ts';

/** What `redrill status` found in a local AWS: `redrill local up`, a drill of each cache, FLUSHALL on orders, and a slot later. */
const FOUND: StatusOutput = statusOutput.parse({
  contract: 1,
  vault: 'redrill-vault-111122223333-eu-central-1-an',
  asOf: '2026-11-24T00:32:50.000Z',
  versions: { command: VERSION, vault: VERSION, source: VERSION },
  watchedAt: '2026-11-24T00:30:00.000Z',
  state: 'critical',
  problems: [],
  caches: [
    {
      ...{ cache: 'orders', plan: 'event-log', state: 'critical', rpoSeconds: 10_800, rtoSeconds: 7_200 },
      newest: { slot: '20261123T220000Z', tier: 'hourly', keys: 994, bytes: 163_500, ageSeconds: 9_180 },
      lastDrill: drillOf('orders', 660),
      ...{ held: [], suspect: ['20261124T000000Z'], corrupt: [], failedDrill: [] },
      problems: [
        {
          code: 'RecoveryPointSuspect',
          message: 'The copy of 2026-11-24 00:00 UTC is suspect.',
          slot: '20261124T000000Z',
          urgency: 'critical',
          next: 'npx redrill show orders/20261124T000000Z',
          runbook: 'docs/runbooks/suspect-recovery-point.md',
        },
      ],
    },
    {
      ...{ cache: 'sessions', plan: 'session-store', state: 'ok', rpoSeconds: 28_800, rtoSeconds: 3_600 },
      newest: { slot: '20261124T000000Z', tier: 'daily', keys: 989, bytes: 165_000, ageSeconds: 1_980 },
      lastDrill: drillOf('sessions', 600),
      ...{ held: [], suspect: [], corrupt: [], failedDrill: [], problems: [] },
    },
  ],
  unprotected: [],
});

function drillOf(cache: string, rtoSeconds: number): object {
  return {
    drill: `${cache}/20261123T220200Z`,
    verdict: 'passed',
    proof: 'proven',
    ageSeconds: 9_060,
    rtoSeconds,
  };
}

/** The screen of `redrill status`, as README.md and docs/operate.md show it. */
export function statusBlock(): string {
  const screen = statusText(FOUND, { all: false, paint: (_style, text) => text });
  return ['```console', '$ npx redrill status', screen, '```'].join('\n');
}
