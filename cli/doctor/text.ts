import type { Finding } from '../../core/contracts/doctor.ts';
import { counted, grouped } from '../terminal/figures.ts';
import type { Paint } from '../terminal/page.ts';
import type { DoctorOutput } from './contract.ts';

const STYLE = { problem: 'red', unknown: 'yellow', advice: 'cyan', ok: 'green' } as const satisfies Readonly<
  Record<Finding['state'], string>
>;

const DEPLOYED = {
  yes: 'after the deployment',
  no: 'before the deployment',
  partly: 'one of the stacks is deployed',
  unknown: 'whether it is deployed could not be read',
} as const satisfies Readonly<Record<DoctorOutput['deployed'], string>>;

/** One screen: what is wrong and what to type first; what is well, a line for each. */
export function doctorText({ account, deployed, findings }: DoctorOutput, paint: Paint): string {
  const well = findings.filter(({ state }) => state === 'ok');
  const others = findings.filter(({ state }) => state !== 'ok');
  return [
    `${headline(findings, paint)}  account ${account}, ${DEPLOYED[deployed]}`,
    ...others.flatMap((finding) => linesOf(finding, paint)),
    ...(well.length === 0
      ? []
      : ['', ...well.map((each) => `${paint('green', 'ok')}  ${each.subject}: ${each.text}`)]),
  ].join('\n');
}

function headline(findings: readonly Finding[], paint: Paint): string {
  const count = (state: Finding['state']) => findings.filter((each) => each.state === state).length;
  const [problems, unknowns] = [count('problem'), count('unknown')];
  const unchecked = unknowns === 0 ? '' : `, ${grouped(unknowns)} not checked`;
  if (problems > 0) return paint(['red', 'bold'], `${counted(problems, 'problem')}${unchecked}`);
  if (unknowns > 0) return paint(['yellow', 'bold'], `no problem found${unchecked}`);
  return paint(['green', 'bold'], 'all well');
}

function linesOf({ id, state, subject, text, next }: Finding, paint: Paint): readonly string[] {
  return [
    '',
    `${paint(STYLE[state], state)}  ${subject}: ${text}`,
    `    ${id}`,
    ...next.map((line) => `    ${paint('bold', line)}`),
  ];
}
