import { Command, CommanderError } from 'commander';
import { addBackup } from './backup.ts';
import { callErrorText } from './call-error.ts';
import { addCompare } from './compare.ts';
import { addCutOver } from './cutover.ts';
import { addDeploy } from './deploy.ts';
import { addDoctor } from './doctor.ts';
import { addDrill } from './drill.ts';
import { ExitStatus } from './exit-status.ts';
import { addForget } from './forget.ts';
import { addInit } from './init.ts';
import { addLocal } from './local.ts';
import { addOpen } from './open.ts';
import { addPlan } from './plan.ts';
import { addPoints } from './points.ts';
import { addRebuild } from './rebuild.ts';
import { addRecover } from './recover.ts';
import { refusal } from './refusal.ts';
import { addRelease } from './release.ts';
import { addRestore } from './restore.ts';
import { addShip } from './ship.ts';
import { addShow } from './show.ts';
import { addStatus } from './status.ts';
import { addSynth } from './synth.ts';
import { addTemplate } from './template.ts';
import { addVerify } from './verify.ts';
import { version } from './version.ts';
import { whyNoAws } from './why-no-aws.ts';

/** One file per command: each adds itself, sets the exit status to what it found, and throws what stopped it. */
const COMMANDS = [
  addInit,
  addDeploy,
  addStatus,
  addOpen,
  addPoints,
  addShow,
  addBackup,
  addDoctor,
  addDrill,
  addVerify,
  addCompare,
  addRestore,
  addCutOver,
  addRecover,
  addForget,
  addShip,
  addRebuild,
  addRelease,
  addPlan,
  addSynth,
  addTemplate,
  addLocal,
];

/** Runs one command of `redrill` in this process. The exit status is left in `process.exitCode`. @param words without `redrill` */
export async function runProgram(words: readonly string[]): Promise<void> {
  const redrill = new Command('redrill')
    .description('Backup and disaster recovery for ElastiCache that proves its backups by restoring them.')
    .version(version, '--version', 'print the version')
    .option('--debug', 'show stack traces')
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const add of COMMANDS) add(redrill);
  try {
    await redrill.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = misCalled(error, redrill, words);
    else process.exitCode = refusal(whyNoAws(error) ?? error, redrill.opts().debug === true);
  }
}

/** Says what is wrong with the call; of help and the version, commander has said everything. @returns the exit status */
function misCalled(error: CommanderError, redrill: Command, words: readonly string[]): number {
  const text = callErrorText(error, redrill, words);
  if (text !== undefined) console.error(text);
  return error.exitCode === 0 ? ExitStatus.good : ExitStatus.notDone;
}
