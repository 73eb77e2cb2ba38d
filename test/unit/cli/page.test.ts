import { expect, it } from 'vitest';
import { labelled } from '../../../cli/terminal/page.ts';

it('a label stands apart from its text, however long it is', () => {
  expect(labelled([['short', 'npx redrill']])).toEqual(['  short         npx redrill']);
  expect(labelled([['just as wide..', 'npx redrill']])).toEqual(['  just as wide.. npx redrill']);
  expect(labelled([['-', 'advice']], 2)).toEqual(['  - advice']);
});
