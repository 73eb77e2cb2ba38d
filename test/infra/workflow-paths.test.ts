import { describe, expect, it } from 'vitest';
import { alertRequest } from '../../core/contracts/steps.ts';
import { failing, play, ready, type Step } from './play.ts';

/**
 * Which states the synthesised definitions go through when a step fails; the steps themselves are scripted, and time
 * does not pass. What the steps do is tested elsewhere.
 */

describe('backup', () => {
  const input = { cache: 'sessions', plan: 'session-store', slot: '20261121T060000Z' };
  const snapshot = {
    name: 'redrill-sessions-202611210600',
    shards: 2,
    requestedAt: '2026-11-21T06:00:01.000Z',
  };
  const steps: Record<string, Step> = {
    CreateSnapshot: () => snapshot,
    CheckSnapshot: ready,
    ExportSnapshot: () => ({ requestedAt: '2026-11-21T06:05:00.000Z' }),
    CheckExport: ready,
    SealExport: () => ({ exportKey: 'key' }),
    PruneSnapshots: () => ({ deleted: [] }),
    RaiseAlert: () => ({}),
    RaisePruneAlert: () => ({}),
  };

  it('polls until the snapshot is there, and goes on', async () => {
    let checks = 0;
    const played = await play('backup', input, {
      ...steps,
      CheckSnapshot: () => (++checks < 3 ? { status: 'waiting', waitSeconds: 20 } : ready()),
    });
    expect(played.end).toBe('succeeded');
    expect(played.steps).toEqual([
      'CreateSnapshot',
      ...Array(3).fill('CheckSnapshot'),
      'ExportSnapshot',
      'CheckExport',
      'SealExport',
      'PruneSnapshots',
    ]);
    expect(played.calls.at(-2)?.input).toEqual({
      ...input,
      snapshot,
      export: { requestedAt: '2026-11-21T06:05:00.000Z' },
    });
  });

  it('tells people of a permanent failure at once, and fails', async () => {
    const played = await play('backup', input, { ...steps, CreateSnapshot: failing('SnapshotBudgetSpent') });
    expect(played.steps).toEqual(['CreateSnapshot', 'RaiseAlert']);
    expect(played.end).toBe('BackupFailed');
    expect(played.calls[1]?.input).toEqual({
      workflow: 'backup',
      execution: 'execution-1',
      cache: 'sessions',
      slot: input.slot,
      failure: { Error: 'SnapshotBudgetSpent', Cause: 'SnapshotBudgetSpent happened' },
    });
  });

  it('comes through a throttled step', async () => {
    let tries = 0;
    const played = await play('backup', input, {
      ...steps,
      ExportSnapshot: () => (++tries < 5 ? failing('AwsThrottled')() : { requestedAt: 'x' }),
    });
    expect(played.steps.filter((step) => step === 'ExportSnapshot')).toHaveLength(5);
    expect(played.end).toBe('succeeded');
  });

  it('gives an unknown failure two more tries', async () => {
    const played = await play('backup', input, { ...steps, SealExport: failing('TypeError') });
    expect(played.steps.filter((step) => step === 'SealExport')).toHaveLength(3);
    expect(played.end).toBe('BackupFailed');
  });

  it('succeeds though old snapshots could not be pruned, and says so', async () => {
    const played = await play('backup', input, { ...steps, PruneSnapshots: failing('AccessDenied') });
    expect(played.steps.at(-1)).toBe('RaisePruneAlert');
    expect(played.end).toBe('succeeded');
  });

  it('fails all the same when the alert cannot be sent', async () => {
    const broken = { CreateSnapshot: failing('UnknownCache'), RaiseAlert: failing('AccessDenied') };
    expect((await play('backup', input, { ...steps, ...broken })).end).toBe('BackupFailed');
  });
});

const shardOf = (input: object) => (input as { readonly shard: number }).shard;

describe('ingest', () => {
  const input = {
    cache: 'orders',
    slot: '20261121T060000Z',
    tier: 'hourly',
    snapshot: 'redrill-orders-202611210600',
    shards: [1, 2, 3],
  };
  const steps: Record<string, Step> = {
    CopyShard: () => ({ copied: true }),
    VerifyShard: () => ({ done: true, sound: true }),
    AdmitRecoveryPoint: () => ({
      verdict: 'verified',
      tier: 'hourly',
      record: 'hourly/orders/x/recovery-point.json',
    }),
    ReleaseSuperseded: () => ({ released: [] }),
    RaiseAlert: () => ({}),
    RaiseVerdictAlert: () => ({}),
  };

  it('copies and reads every shard before it admits the whole', async () => {
    const played = await play('ingest', input, steps);
    expect(played.end).toBe('succeeded');
    expect(played.calls.filter(({ step }) => step === 'CopyShard').map((call) => call.input)).toEqual(
      [1, 2, 3].map((shard) => ({
        cache: 'orders',
        slot: input.slot,
        tier: 'hourly',
        snapshot: input.snapshot,
        shard,
      })),
    );
    expect(played.calls.find(({ step }) => step === 'AdmitRecoveryPoint')?.input).toEqual(input);
    expect(played.calls.at(-1)).toEqual({ step: 'ReleaseSuperseded', input: { cache: 'orders' } });
  });

  it('invokes a shard’s reading again until it says that it is done, with the same input', async () => {
    const readings = new Map([
      [1, 1],
      [2, 3],
      [3, 2],
    ]);
    const reading = ({ shard }: { shard: number }) => {
      const left = (readings.get(shard) ?? 0) - 1;
      readings.set(shard, left);
      return { shard, done: left === 0 };
    };
    const played = await play('ingest', input, { ...steps, VerifyShard: reading });
    expect(played.end).toBe('succeeded');
    const read = played.calls.filter(({ step }) => step === 'VerifyShard').map((call) => call.input);
    const { shards: _, ...rest } = input;
    expect(read.toSorted((one, other) => shardOf(one) - shardOf(other))).toEqual(
      [1, 2, 2, 2, 3, 3].map((shard) => ({ ...rest, shard })),
    );
    expect(played.steps.lastIndexOf('VerifyShard')).toBeLessThan(played.steps.indexOf('AdmitRecoveryPoint'));
  });

  it('gives every invocation of a loop retries of its own', async () => {
    let invocations = 0;
    const twoFailuresEach = () => {
      if (++invocations % 3 !== 0) failing('TypeError')();
      return { done: invocations === 9 };
    };
    const played = await play(
      'ingest',
      { ...input, shards: [1] },
      { ...steps, VerifyShard: twoFailuresEach },
    );
    expect(played.end).toBe('succeeded');
    expect(invocations).toBe(9);
  });

  it('admits nothing when a shard differs', async () => {
    const played = await play('ingest', input, { ...steps, CopyShard: failing('CopyDiffers') });
    expect(played.steps).not.toContain('AdmitRecoveryPoint');
    expect(played.steps.at(-1)).toBe('RaiseAlert');
    expect(played.end).toBe('IngestFailed');
  });

  it.each(['suspect', 'corrupt'])('releases nothing for a %s point, and tells why', async (verdict) => {
    const code = verdict === 'suspect' ? 'RecoveryPointSuspect' : 'RecoveryPointCorrupt';
    const failure = { Error: code, Cause: 'because' };
    const admission = { verdict, tier: 'hourly', record: 'the-record', failure };
    const played = await play('ingest', input, { ...steps, AdmitRecoveryPoint: () => admission });
    expect(played.steps).not.toContain('ReleaseSuperseded');
    const told = { workflow: 'ingest', execution: 'execution-1', cache: 'orders', slot: input.slot, failure };
    expect(played.calls.at(-1)).toEqual({ step: 'RaiseVerdictAlert', input: told });
    expect(alertRequest.parse(told)).toEqual(told);
    expect(played.end).toBe(code);
  });
});

describe('drill', () => {
  const input = { cache: 'orders', drill: '20261121T023000Z', startedBy: 'schedule', choose: 'latest' };
  const plan = {
    point: { tier: 'hourly', slot: '20261121T020000Z' },
    clusterId: 'x',
    shards: [{ shard: 1 }, { shard: 2 }],
  };
  const report = 'reports/orders/20261121T023000Z.json';
  const steps: Record<string, Step> = {
    PlanDrill: () => plan,
    StageShard: () => ({}),
    CreateCluster: () => ({ requestedAt: '2026-11-21T02:31:00.000Z' }),
    CheckCluster: () => ({ ...ready(), endpoint: { host: 'localhost', port: 6379 } }),
    VerifyRestore: () => ({ done: true, comparison: { mismatches: 0 } }),
    RecordDrill: () => ({ verdict: 'passed', report }),
    TearDown: ready,
    RaiseAlert: () => ({}),
    RaiseTearDownAlert: () => ({}),
  };
  const happy = ['PlanDrill', 'StageShard', 'StageShard', 'CreateCluster', 'CheckCluster', 'VerifyRestore'];

  it('records, tears down and sends no alert when it passes', async () => {
    const played = await play('drill', input, steps);
    expect(played.steps).toEqual([...happy, 'RecordDrill', 'TearDown']);
    expect(played.end).toBe('succeeded');
    expect(played.calls.find(({ step }) => step === 'StageShard')?.input).toEqual({
      cache: 'orders',
      drill: input.drill,
      point: plan.point,
      shard: 1,
    });
    expect(played.calls.find(({ step }) => step === 'RecordDrill')?.input).toMatchObject({
      ...input,
      plan,
      startedAt: expect.any(String),
      comparison: { mismatches: 0 },
    });
    expect(played.calls.at(-1)?.input).toEqual({
      cache: 'orders',
      drill: input.drill,
      startedAt: '2026-11-21T06:30:00.000Z',
    });
  });

  it('deletes a cluster that was accepted and then failed, and makes another from the same files', async () => {
    const tried = { nodeTypes: ['cache.t4g.medium'], since: '2026-11-21T02:31:00.000Z' };
    const failedAt = '2026-11-21T02:41:00.000Z';
    let checks = 0;
    let removals = 0;
    const played = await play('drill', input, {
      ...steps,
      CheckCluster: () =>
        ++checks === 1
          ? { status: 'failed', waitSeconds: 1, tried, failedAt }
          : { ...ready(), endpoint: { host: 'localhost', port: 6379 } },
      RemoveFailedCluster: () => (++removals < 3 ? { status: 'waiting', waitSeconds: 20 } : ready()),
    });
    const creating = ['CreateCluster', 'CheckCluster'];
    expect(played.steps).toEqual([
      ...happy.slice(0, -1),
      ...Array(3).fill('RemoveFailedCluster'),
      ...creating,
      'VerifyRestore',
      'RecordDrill',
      'TearDown',
    ]);
    const inputsOf = (name: string) =>
      played.calls.filter(({ step }) => step === name).map((call) => call.input);
    expect(inputsOf('CreateCluster')).toMatchObject([{ tried: { nodeTypes: [] } }, { tried }]);
    expect(inputsOf('RemoveFailedCluster')[0]).toEqual({
      cache: 'orders',
      drill: input.drill,
      startedAt: failedAt,
      keep: 'files',
    });
    expect(inputsOf('RecordDrill')).toMatchObject([{ tried }]);
    expect(played.end).toBe('succeeded');
  });

  it('tears down when a cluster that failed cannot be deleted', async () => {
    const tried = { nodeTypes: ['cache.t4g.medium'], since: '2026-11-21T02:31:00.000Z' };
    const played = await play('drill', input, {
      ...steps,
      CheckCluster: () => ({ status: 'failed', waitSeconds: 1, tried, failedAt: tried.since }),
      RemoveFailedCluster: failing('TeardownOverdue'),
    });
    expect(played.steps.slice(-4)).toEqual(['RemoveFailedCluster', 'RecordDrill', 'TearDown', 'RaiseAlert']);
    expect(played.end).toBe('DrillFailed');
  });

  it('compares on in further invocations until it is done, and records the whole', async () => {
    let invocations = 0;
    const played = await play('drill', input, {
      ...steps,
      VerifyRestore: () =>
        ++invocations < 4 ? { done: false } : { done: true, comparison: { mismatches: 0 } },
    });
    expect(played.steps.filter((step) => step === 'VerifyRestore')).toHaveLength(4);
    const comparing = played.calls.filter(({ step }) => step === 'VerifyRestore');
    expect(comparing.map(({ input: given }) => given)).toEqual(Array(4).fill(comparing[0]?.input));
    const recorded = played.calls.find(({ step }) => step === 'RecordDrill')?.input;
    expect(recorded).toMatchObject({ comparison: { mismatches: 0 } });
    expect(played.end).toBe('succeeded');
  });

  it.each([
    'ResourceNotReadyException',
    'CodeArtifactUserPendingException',
    'ENILimitReachedException',
    'SubnetIPAddressLimitReachedException',
    'EC2ThrottledException',
  ])('waits ten minutes for a Lambda in a VPC that slept for weeks: %s', async (error) => {
    let tries = 0;
    const wakes = {
      VerifyRestore: () =>
        ++tries <= 30 ? failing(`Lambda.${error}`)() : steps.VerifyRestore?.({} as never),
    };
    expect((await play('drill', input, { ...steps, ...wakes })).end).toBe('succeeded');
    tries = -1;
    const sleepsOn = await play('drill', input, { ...steps, ...wakes });
    expect(sleepsOn.steps.filter((step) => step === 'VerifyRestore')).toHaveLength(31);
    expect(sleepsOn.end).toBe('DrillFailed');
  });

  it('records no comparison when one of its invocations fails', async () => {
    let invocations = 0;
    const played = await play('drill', input, {
      ...steps,
      VerifyRestore: () => (++invocations < 3 ? { done: false } : failing('RestoreUnreachable')()),
    });
    const recorded = played.calls.find(({ step }) => step === 'RecordDrill')?.input;
    expect(recorded).not.toHaveProperty('comparison');
    expect(played.end).toBe('DrillFailed');
  });

  it.each(['PlanDrill', 'StageShard', 'CreateCluster', 'CheckCluster', 'VerifyRestore'])(
    'records, tears down and tells when %s fails',
    async (step) => {
      const failed = { verdict: 'failed', report, failure: { Error: 'NotCompared', Cause: 'because' } };
      const played = await play('drill', input, {
        ...steps,
        [step]: failing('AccessDenied'),
        RecordDrill: () => failed,
      });
      expect(played.steps.slice(-3)).toEqual(['RecordDrill', 'TearDown', 'RaiseAlert']);
      expect(played.calls.at(-1)?.input).toMatchObject({
        workflow: 'drill',
        slot: input.drill,
        failure: { Error: 'AccessDenied' },
      });
      expect(played.end).toBe('DrillFailed');
    },
  );

  it.each([
    ['differs', { Error: 'RestoreDiffers', Cause: '2 buckets differ' }],
    ['came too late, and not that it differs', { Error: 'RtoMissed', Cause: 'restoring took 2 h' }],
  ])('tells that the restore %s, after it was torn down', async (_what, failure) => {
    const played = await play('drill', input, {
      ...steps,
      RecordDrill: () => ({ verdict: 'failed', report, failure }),
    });
    expect(played.steps).toEqual([...happy, 'RecordDrill', 'TearDown', 'RaiseAlert']);
    expect(played.calls.at(-1)?.input).toEqual({
      workflow: 'drill',
      execution: 'execution-1',
      cache: 'orders',
      slot: input.drill,
      failure,
    });
    expect(played.end).toBe('DrillFailed');
  });

  it('hands on nothing but failures that an alert can be made of', async () => {
    const failure = { Error: 'RtoMissed', Cause: 'restoring took 2 h' };
    const failed = { RecordDrill: () => ({ verdict: 'failed', report, failure }) };
    const differs = await play('drill', input, { ...steps, ...failed });
    const unplanned = await play('drill', input, { ...steps, PlanDrill: failing('NoRecoveryPoint') });
    for (const { calls } of [differs, unplanned]) {
      const { input: request } = calls.at(-1) ?? {};
      expect(alertRequest.parse(request)).toEqual(request);
    }
  });

  it('tears down even when the report cannot be written', async () => {
    const played = await play('drill', input, { ...steps, RecordDrill: failing('AccessDenied') });
    expect(played.steps.slice(-2)).toEqual(['TearDown', 'RaiseAlert']);
    expect(played.calls.at(-1)?.input).toMatchObject({ failure: { Error: 'AccessDenied' } });
    expect(played.end).toBe('DrillFailed');
  });

  it('tells once of a cluster that stays, though the drill itself passed', async () => {
    const played = await play('drill', input, { ...steps, TearDown: failing('TeardownOverdue') });
    expect(played.steps.slice(-1)).toEqual(['RaiseTearDownAlert']);
    expect(played.end).toBe('DrillFailed');
  });

  it('tells of both when the restore fails and the cluster stays', async () => {
    const played = await play('drill', input, {
      ...steps,
      VerifyRestore: failing('RestoreUnreachable'),
      RecordDrill: () => ({
        verdict: 'failed',
        report,
        failure: { Error: 'RestoreUnreachable', Cause: 'unreachable' },
      }),
      TearDown: failing('TeardownOverdue'),
    });
    expect(played.steps.slice(-2)).toEqual(['RaiseTearDownAlert', 'RaiseAlert']);
    expect(played.calls.at(-1)?.input).toMatchObject({ failure: { Error: 'RestoreUnreachable' } });
  });
});
