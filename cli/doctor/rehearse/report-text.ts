import { readableSeconds } from '../../../core/model/duration.ts';
import { usdText } from '../../terminal/figures.ts';
import type { CleanUpOutput, RehearsalOutput } from './contract.ts';

const TITLES = { passed: 'PASSED', failed: 'FAILED', interrupted: 'INTERRUPTED' } as const;

/** One screen, problems first. */
export function reportText(output: RehearsalOutput): string {
  const { outcome, problems, phases, compared, costUsd, assumptions, remaining, fieldNotes } = output;
  const of = (verdict: string) => assumptions.filter((each) => each.verdict === verdict);
  const isCleanedUp = phases.some(({ phase, outcome: ended }) => phase === 'clean up' && ended === 'done');
  const shown = [...of('refuted'), ...of('confirmed')];
  return [
    `Rehearsal ${TITLES[outcome]}`,
    ...problems.map((problem) => `  ${problem}`),
    ...(compared === undefined
      ? []
      : [`Compared ${compared.keys} keys: ${differencesText(compared.differences)}`]),
    '',
    'Phases',
    ...phases.map(({ phase, outcome: ended, seconds }) =>
      `  ${phase.padEnd(24)} ${readableSeconds(Math.round(seconds)).padEnd(12)} ${ended === 'done' ? '' : ended}`.trimEnd(),
    ),
    `Cost: about ${usdText(costUsd)}`,
    '',
    `Assumptions about AWS: ${of('confirmed').length} confirmed, ${of('refuted').length} refuted, ${of('not met').length} not met`,
    ...shown.map(
      ({ id, verdict, reading, answer }) => `  ${verdict.padEnd(9)} ${id}: ${reading} (${answer})`,
    ),
    ...(of('not met').length === 0
      ? []
      : [
          `  not met   ${of('not met')
            .map(({ id }) => id)
            .join(', ')}`,
        ]),
    '',
    ...(isCleanedUp ? remainingLines(remaining) : [NOT_CLEANED_UP]),
    `Field notes: ${fieldNotes}. Account ids and names are masked; read the file before you share it.`,
  ].join('\n');
}

/** Of a clean-up alone. */
export function cleanUpText({ outcome, problems, remaining }: CleanUpOutput): string {
  const title = outcome === 'passed' ? 'Clean-up PASSED' : 'Clean-up FAILED: not everything was deleted';
  return [
    title,
    ...problems.map((problem) => `  ${problem}`),
    ...(outcome === 'passed' ? remainingLines(remaining) : []),
  ].join('\n');
}

const NOT_CLEANED_UP = `Not everything was deleted. What is left, and how to delete it: npx redrill doctor`;

const differencesText = (count: number) => (count === 0 ? 'no difference' : `${count} buckets differ`);

function remainingLines(remaining: RehearsalOutput['remaining']): readonly string[] {
  if (remaining.length === 0) return ['Nothing remains.'];
  return [
    'Everything is deleted except these versions, which are released and which Object Lock still retains:',
    ...remaining.map(({ object, expiresFrom }) => `  ${object}: S3 removes it from ${expiresFrom} on`),
  ];
}
