import type { Finding } from '../contracts/doctor.ts';

const ORDER = ['problem', 'unknown', 'advice', 'ok'] as const satisfies readonly Finding['state'][];

export type DoctorOutcome = 'well' | 'problems' | 'incomplete';

/** Findings as a person needs them: problems first, then what could not be checked. Within a state, as the checks ran. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return ORDER.flatMap((state) => findings.filter((finding) => finding.state === state));
}

/**
 * The outcome of all checks. A problem outweighs what could not be checked, because it is known; what could not be checked,
 * or that no check was made at all, outweighs what is well, because unknown is not ok.
 */
export function outcomeOf(findings: readonly Finding[]): DoctorOutcome {
  if (findings.some(({ state }) => state === 'problem')) return 'problems';
  if (findings.length === 0 || findings.some(({ state }) => state === 'unknown')) return 'incomplete';
  return 'well';
}
