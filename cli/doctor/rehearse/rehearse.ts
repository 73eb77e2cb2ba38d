import { writeFile } from 'node:fs/promises';
import { type LoggedCall, Recorder } from '@redrill/local-aws/field-notes';
import { caller } from '../../../adapters/aws/caller.ts';
import { type AwsCall, listenToCalls } from '../../../adapters/aws/client-options.ts';
import { lookAtNode } from '../../../adapters/aws/look-at-node.ts';
import type { DrillReport } from '../../../core/contracts/drill.ts';
import { AppError } from '../../../core/model/errors.ts';
import { REHEARSAL_NODE } from '../../../core/model/rehearsal.ts';
import { slotAt } from '../../../core/model/slot.ts';
import { ExitStatus } from '../../exit-status.ts';
import { agreed } from '../../terminal/agreed.ts';
import { StatusLine } from '../../terminal/status-line.ts';
import { openVault, type VaultOptions } from '../../vault.ts';
import { version } from '../../version.ts';
import { refuseOtherAccounts } from './accounts.ts';
import { type CacheOptions, createCache } from './cache.ts';
import { cleanUp } from './clean-up.ts';
import { cleanUpAlone } from './clean-up-alone.ts';
import type { RehearsalOutput } from './contract.ts';
import { costUsd } from './cost.ts';
import { type Ground, groundOf } from './ground.ts';
import { judged } from './observe.ts';
import { Phases } from './phases.ts';
import { questionText } from './question.ts';
import { remainingVersions } from './remaining.ts';
import { reportText } from './report-text.ts';
import { arrive, backUp, drill, inputOf, writeSeed } from './way.ts';

export interface RehearseOptions extends VaultOptions, CacheOptions {
  readonly yes?: true;
  readonly json?: true;
  /** Deletes what rehearsals have left, and makes nothing. */
  readonly cleanUp?: true;
  /** Where the field notes are written. @default redrill-field-notes-<slot>.json */
  readonly fieldNotes?: string;
}

/** The whole way on AWS, with a cache of its own. @returns the exit status */
export async function rehearse(options: RehearseOptions): Promise<number> {
  const vault = await openVault(options);
  refuseOtherAccounts(vault, await caller(vault.config.vault.region, vault.clock));
  const ground = groundOf(vault, slotAt(vault.now()));
  if (options.cleanUp) return cleanUpAlone(ground, options);
  console.error(questionText(ground));
  if (options.yes !== true && !(await agreed())) {
    console.error('Nothing was created. To start without confirmation: npx redrill doctor --rehearse --yes');
    return ExitStatus.notDone;
  }
  const output = await rehearsed(ground, options);
  console.log(options.json ? JSON.stringify(output, null, 2) : reportText(output));
  return output.outcome === 'passed' && output.problems.length === 0 ? ExitStatus.good : ExitStatus.bad;
}

async function rehearsed(ground: Ground, options: RehearseOptions): Promise<RehearsalOutput> {
  const { vault, slot } = ground;
  const recorder = recorderOf(ground);
  const stop = listenToCalls((call: AwsCall) => recorder.note(call as LoggedCall));
  const phases = new Phases(vault.now, new StatusLine(process.stderr, vault.now));
  let report: DrillReport | undefined;
  try {
    report = await wholeWay(ground, options, { phases, recorder });
  } finally {
    stop();
  }
  const fieldNotes = options.fieldNotes ?? `redrill-field-notes-${slot}.json`;
  const { notes } = recorder;
  await writeFile(fieldNotes, `${JSON.stringify(notes, null, 1)}\n`);
  const comparison = report?.comparison;
  return {
    contract: 1,
    slot,
    outcome: phases.outcome,
    problems: [...phases.problems],
    phases: phases.done.map(({ startedAt: _at, ...phase }) => phase),
    ...(comparison && { compared: comparedOf(comparison) }),
    costUsd: costUsd([phases.secondsOf('create the cache', 'clean up'), phases.secondsOf('drill')]),
    assumptions: judged(notes),
    remaining: phases.remaining,
    fieldNotes,
  };
}

/** Ctrl-C ends the way, and the cleaning up begins; another one ends that too, and a later run goes on with it. */
async function wholeWay(
  ground: Ground,
  options: CacheOptions,
  { phases, recorder }: { readonly phases: Phases; readonly recorder: Recorder },
): Promise<DrillReport | undefined> {
  const interrupted = new AbortController();
  const onSignal = () => {
    console.error(
      '\nInterrupted: deleting what was created. Press Ctrl-C again to leave that to: npx redrill doctor --rehearse',
    );
    interrupted.abort();
  };
  process.once('SIGINT', onSignal);
  const walk = phases.walk(interrupted.signal);
  let report: DrillReport | undefined;
  await phases.all(async () => {
    await phases.run('clear what is left', () => cleanUp(ground, walk));
    // What an earlier rehearsal left is not there when the notes are replayed.
    recorder.beginAnew();
    const seedArn = await phases.run('write the seed', () => writeSeed(ground));
    await phases.run('create the cache', () => createCache(ground, seedArn, options, walk));
    await phases.run('snapshot and export', () => backUp(ground, walk));
    await phases.run('pull and verify', () => arrive(ground, walk));
    report = await phases.run('drill', () => drill(ground, walk));
    if (report.verdict !== 'passed') throw new AppError('RehearsalFailed', 'the drill has not passed');
  });
  const cleaning = phases.walk(new AbortController().signal);
  await phases.all(async () => {
    await phases.run('clean up', () => cleanUp(ground, cleaning));
    await lookAtNode(ground.vault.config.source.region, REHEARSAL_NODE, ground.vault.clock);
    phases.remaining = await remainingVersions(ground);
  });
  process.off('SIGINT', onSignal);
  return report;
}

function recorderOf({ vault, slot }: Ground): Recorder {
  const { config, account, sourceAccount, now } = vault;
  const inVault = /redrill-drill-|redrill-vault-|redrill-staging-/;
  return new Recorder({
    madeBy: `redrill ${version}`,
    now,
    accounts: [sourceAccount, account],
    regions: [config.source.region, config.vault.region],
    ownPrefix: 'redrill-',
    complete: ({ operation, input }) => {
      if (operation !== 'StartExecution') return input;
      const workflow = String(input.stateMachineArn).endsWith('-backup') ? 'backup' : 'drill';
      return { ...input, input: JSON.stringify(inputOf(workflow, slot)) };
    },
    // All groups are listed where drills run; the source is asked for the one group.
    regionOf: ({ operation, input }) =>
      inVault.test(JSON.stringify(input)) ||
      (operation === 'DescribeReplicationGroups' && input.ReplicationGroupId === undefined)
        ? config.vault.region
        : config.source.region,
  });
}

function comparedOf({ keysCompared, mismatches }: NonNullable<DrillReport['comparison']>) {
  return { keys: keysCompared, differences: mismatches };
}
