import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { DrillPair } from './drill-pair.ts';
import { proveDrill, randomCase } from './prove-drill.ts';

let pair: DrillPair;

beforeAll(async () => {
  pair = await DrillPair.start();
});
afterAll(() => pair.stop());

describe('a drill of random data', () => {
  it('passes, and fails after any single edit of the restored server, naming the place', async () => {
    await fc.assert(
      fc.asyncProperty(randomCase, (each) => proveDrill(pair, each)),
      { numRuns: 25 },
    );
  });
});
