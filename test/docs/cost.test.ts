import { describe, expect, test } from 'vitest';
import { serverlessDrillsUsd } from '../../cli/plan/cost.ts';
import { ingestHistory } from '../../cli/plan/history.ts';
import { copiesKept, landingCopies, snapshotsKept } from '../../cli/plan/retention.ts';
import { synthesise } from '../../cli/plan/templates.ts';
import { eventsOf, pollsFor, transitionsOf } from '../../cli/plan/transitions.ts';
import type { ProtectedPlan } from '../../core/contracts/plan.ts';
import { memoryNeedBytes } from '../../core/drill/plan-drill.ts';
import { HISTORY_EVENTS_MAX } from '../../core/model/limits.ts';
import { usableBytesOf } from '../../core/model/node-types.ts';
import { EXAMPLE_CONFIG, EXAMPLES } from '../../docs/sources/cost.ts';

describe('what the cost figures rest on', () => {
  test('a wait of ten minutes is looked at every 20 s, one of twenty every minute from then on', () => {
    expect(pollsFor(0)).toBe(0);
    expect(pollsFor(600)).toBe(30);
    expect(pollsFor(1200)).toBe(40);
  });

  test('a serverless drill: its limits for five hours, after which the sweep has taken it', () => {
    const hour = 5 * 0.125 + 18 * 0.0034;
    expect(serverlessDrillsUsd({ storageGb: 5, ecpuPerSecond: 5_000 }, 4)).toBeCloseTo(4 * 5 * hour);
  });

  test('transitions: the start, every state entered, a Map once and its inside per shard, three per poll', () => {
    const definition = {
      StartAt: 'Check',
      States: {
        Check: { Type: 'Task', Next: 'Ready' },
        Ready: { Type: 'Choice', Choices: [{ Next: 'Shards' }], Default: 'Wait' },
        Wait: { Type: 'Wait', Next: 'Check' },
        Shards: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'Copy', States: { Copy: { Type: 'Task' } } },
          Next: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    };
    const once = transitionsOf(definition, { shards: 4, waits: { Ready: 0 } });
    expect(once).toBe(1 + 2 + 1 + 4 + 1);
    expect(transitionsOf(definition, { shards: 4, waits: { Ready: 40 } })).toBe(once + 2 * 3);
  });

  test('events: five of a Task, four of a Map and two of each iteration, two of all else and of the execution', () => {
    const inside = {
      StartAt: 'Read',
      States: {
        Read: { Type: 'Task', Next: 'Done' },
        Done: { Type: 'Choice', Choices: [{ Next: 'Forget' }], Default: 'Read' },
        Forget: { Type: 'Pass' },
      },
    };
    const definition = { StartAt: 'Each', States: { Each: { Type: 'Map', ItemProcessor: inside } } };
    expect(eventsOf(definition, { shards: 3, waits: {} })).toBe(2 + 4 + 3 * (2 + 5 + 2 + 2));
    const rounds = { Done: 2 };
    expect(eventsOf(definition, { shards: 1, waits: {}, rounds })).toBe(2 + 4 + 2 + 3 * (5 + 2) + 2);
    expect(transitionsOf(definition, { shards: 1, waits: {}, rounds })).toBe(1 + 1 + 3 * 2 + 1);
  });

  test('an ingest of as many shards as there can be, read for as long as it may run, has room in its history', () => {
    const { events, eventsPerRound, roundsMax } = ingestHistory(synthesise(EXAMPLE_CONFIG));
    expect(events + roundsMax * eventsPerRound).toBeLessThan(HISTORY_EVENTS_MAX * 0.9);
  });

  test('copies: a plan of one backup a day that is kept by the week has no hourly ones', () => {
    const plans = {
      daily: { ...(EXAMPLE_CONFIG.plans['session-store'] as ProtectedPlan), every: '24h' as const },
    };
    const copies = copiesKept({ ...EXAMPLE_CONFIG, plans }, 'daily');
    expect(copies.hourly.standard).toBe(0);
    // Six of seven days, less firsts of the month; 7 days up to the next midnight, and 4 as noncurrent versions.
    expect(copies.daily.standard).toBeGreaterThan(9);
    expect(copies.daily.standard).toBeLessThan(11);
  });

  test('landing copies: seven days and what is left until midnight', () => {
    expect(landingCopies({ every: '24h' }, 7)).toBe(8);
    expect(landingCopies({ every: '6h' }, 7)).toBeCloseTo(4 * 7 + 2.5);
  });

  test('snapshots: those of the last 25 hours, and never fewer than two', () => {
    expect(snapshotsKept({ every: '24h' })).toBe(2);
    expect(snapshotsKept({ every: '2h' })).toBe(13);
  });

  test.each(EXAMPLES)('$title: a shard of a million keys fits the drill node', ({ plan, gb, shards }) => {
    const { drill } = EXAMPLE_CONFIG.plans[plan] as ProtectedPlan;
    const shard = { bytes: (gb * 1e9) / shards, keys: 1e6, elements: 2e6 };
    expect(memoryNeedBytes(shard)).toBeLessThanOrEqual(usableBytesOf(drill.nodeType) ?? 0);
  });
});
