import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FieldNotes, parseNotes } from '@redrill/local-aws/field-notes';
import { expect } from 'vitest';
import { type RehearsalOutput, rehearsalOutput } from '../../../cli/doctor/rehearse/contract.ts';
import type { Ran } from '../../unit/cli/run.ts';
import { runHere } from '../../unit/cli/run-here.ts';
import type { World } from '../world.ts';

/** Virtual time between two looks of this test at a command that runs in this process. */
const STEP_MS = 20_000;

export interface Rehearsed {
  readonly output: RehearsalOutput;
  readonly status: number | null;
  readonly notes: FieldNotes;
  readonly notesText: string;
  readonly err: string;
}

/** `redrill doctor --rehearse --yes --json` while virtual time and the schedules go on. */
export async function rehearse(world: World, ...more: readonly string[]): Promise<Rehearsed> {
  const folder = await mkdtemp(join(tmpdir(), 'redrill-notes-'));
  const file = join(folder, 'notes.json');
  try {
    const words = ['doctor', '--rehearse', '--yes', '--json', '--field-notes', file, ...more];
    const ran = runHere(words, { env: await environmentOf(world) });
    await whileTimePasses(world, ran);
    const { stdout, stderr, status } = await ran;
    expect(stdout, stderr).not.toBe('');
    const notesText = readFileSync(file, 'utf8');
    const output = rehearsalOutput.parse(JSON.parse(stdout));
    return { output, status, notes: parseNotes(notesText), notesText, err: stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A command of `redrill` while virtual time goes on, without schedules. */
export async function command(world: World, ...words: readonly string[]): Promise<Ran> {
  const ran = runHere(words, { env: await environmentOf(world) });
  await whileTimePasses(world, ran, 'without schedules');
  return ran;
}

export async function environmentOf(world: World) {
  const { caFile } = await world.aws.elasticache.tls();
  const { vault } = world.demo;
  return {
    ...process.env,
    NODE_EXTRA_CA_CERTS: caFile,
    ...world.aws.environment(vault.region, vault.account),
  };
}

export async function whileTimePasses(
  world: World,
  ended: Promise<unknown>,
  schedules: 'with schedules' | 'without schedules' = 'with schedules',
): Promise<void> {
  if (schedules === 'with schedules') world.aws.scheduler.start();
  let isEnded = false;
  const stop = () => {
    isEnded = true;
  };
  void ended.then(stop, stop);
  while (!isEnded) {
    await world.aws.clock.run({ until: world.now + STEP_MS });
    await sleep(10);
  }
  world.aws.scheduler.pause();
}

/** Everything of a rehearsal that is not a hidden version in the vault, nor what a watch remembers of its alerts. */
export async function leftOf(world: World): Promise<readonly string[]> {
  const { source, vault, landingBucket, call } = world.demo;
  const snapshots = (await call('elasticache', 'DescribeSnapshots', source.region, {})) as {
    readonly Snapshots: readonly { readonly SnapshotName: string }[];
  };
  const keys = [
    ...(await world.keysIn(landingBucket, source.region)),
    ...(await world.stagedKeys()),
    ...(await world.vaultKeys()),
  ];
  return [
    ...world.aws.elasticache.groupIds,
    ...snapshots.Snapshots.map(({ SnapshotName }) => SnapshotName),
    ...keys,
    ...(['backup', 'ingest', 'drill'] as const).flatMap((workflow) =>
      world.executions(workflow).flatMap(({ name, status }) => (status === 'RUNNING' ? [name] : [])),
    ),
    ...[vault, source].flatMap((place) => (world.statusOf('redrill-rehearsal', place) ? ['the cache'] : [])),
  ].filter((name) => name.includes('rehearsal') && !/^(watch|reports\/_runbooks)\//.test(name));
}
