import { ExitStatus } from '../../exit-status.ts';
import { agreed } from '../../terminal/agreed.ts';
import { StatusLine } from '../../terminal/status-line.ts';
import { cleanUp } from './clean-up.ts';
import type { CleanUpOutput } from './contract.ts';
import type { Ground } from './ground.ts';
import { Phases } from './phases.ts';
import { cleanUpQuestion } from './question.ts';
import { remainingVersions } from './remaining.ts';
import { cleanUpText } from './report-text.ts';

export interface CleanUpOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** Deletes what rehearsals have left, and makes nothing. @returns the exit status */
export async function cleanUpAlone(ground: Ground, { yes, json }: CleanUpOptions): Promise<number> {
  console.error(cleanUpQuestion(ground));
  if (yes !== true && !(await agreed())) {
    console.error(
      'Nothing was deleted. To start without confirmation: npx redrill doctor --rehearse --clean-up --yes',
    );
    return ExitStatus.notDone;
  }
  const { now } = ground.vault;
  const phases = new Phases(now, new StatusLine(process.stderr, now));
  await phases.all(async () => {
    await phases.run('clean up', () => cleanUp(ground, phases.walk(new AbortController().signal)));
    phases.remaining = await remainingVersions(ground);
  });
  const { outcome, problems, remaining } = phases;
  const output: CleanUpOutput = { contract: 1, outcome, problems, remaining };
  console.log(json ? JSON.stringify(output, null, 2) : cleanUpText(output));
  return outcome === 'passed' ? ExitStatus.good : ExitStatus.bad;
}
