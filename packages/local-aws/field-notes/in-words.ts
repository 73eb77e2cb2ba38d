import type { Difference } from './compare.ts';

/** What a difference means, for whoever has to correct the local AWS. */
export function inWords({ kind, where, inNotes, here }: Difference): readonly string[] {
  switch (kind) {
    case 'field':
      return [
        `field: ${where}`,
        `  AWS returns ${formText(inNotes)}`,
        `  the local AWS returns ${formText(here)}`,
      ];
    case 'state':
      return [`states: ${where}`, `  AWS shows ${inNotes}`, `  the local AWS shows ${here}`];
    case 'error':
      return [`error: ${where}`, `  AWS refuses with ${inNotes}`, `  the local AWS refuses with ${here}`];
    case 'order':
      return [`order: ${where}`, `  AWS: ${inNotes}`, `  the local AWS: ${here}`];
  }
}

const formText = (form: string): string => (form === 'absent' ? 'no such field' : `it as ${form}`);
