import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalAws, startLocalAws } from '@redrill/local-aws';
import { DEFAULT_ACCOUNT } from '@redrill/local-aws/cloudformation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SOURCE_STACK, VAULT_STACK } from '../../lib/app.ts';
import { Assemblies } from '../e2e/deployments/assemblies.ts';
import { EVERYTHING_CHANGED } from '../e2e/deployments/changes.ts';
import { fingerprint, normalised } from '../e2e/deployments/fingerprint.ts';
import { BEFORE_MIDNIGHT, type Deployable } from '../e2e/world.ts';

/*
 * A deployment that fails before each of its steps in turn, is rolled back, and is tried again. `npm run prove-deployments`
 * fails at every step; here it is one of so many.
 */

const EVERY_NTH = process.env.REDRILL_DEPLOYMENTS === 'all' ? 1 : 25;
const STACKS = [SOURCE_STACK, VAULT_STACK];

let assemblies: Assemblies;
let first: Deployable;
let second: Deployable;
const started: LocalAws[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redrill-steps-'));
  assemblies = new Assemblies();
  first = assemblies.of();
  second = assemblies.of(EVERYTHING_CHANGED);
});
afterAll(async () => {
  await Promise.all(started.map((aws) => aws.close()));
  await assemblies.remove();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<LocalAws> {
  const aws = await startLocalAws({
    dataDir: join(folder, String(started.length)),
    startsAt: BEFORE_MIDNIGHT,
  });
  started.push(aws);
  return aws;
}

const PLACES = ['eu-west-1', 'eu-central-1'].map((region) => ({ account: DEFAULT_ACCOUNT, region }));
const look = async (aws: LocalAws) => normalised(await fingerprint(aws, PLACES));

/** Counts the steps, and fails before one of them. */
function failingAt(step: number) {
  let steps = 0;
  return {
    pause: async () => {
      steps += 1;
      if (steps === step) throw new Error(`failed before step ${step}`);
    },
    get steps() {
      return steps;
    },
  };
}

async function stepsOf(aws: LocalAws, { folder: assembly }: Deployable, stack: string): Promise<number> {
  const counting = failingAt(Number.POSITIVE_INFINITY);
  await aws.deploy(assembly, { stacks: [stack], pause: counting.pause });
  return counting.steps;
}

/** The first, the last, and every nth between. */
const chosen = (steps: number) =>
  Array.from({ length: steps }, (_, index) => index + 1).filter(
    (step) => step === 1 || step === steps || step % EVERY_NTH === 0,
  );

describe.each(STACKS)('%s', (stack) => {
  test('a first deployment that fails at a step is rolled back to nothing, and succeeds when it is tried again', async () => {
    const aws = await start();
    const nothing = await look(aws);
    const reference = await start();
    const steps = await stepsOf(reference, first, stack);
    expect(steps).toBeGreaterThan(50);
    for (const step of chosen(steps)) {
      const { pause } = failingAt(step);
      const failing = aws.deploy(first.folder, { stacks: [stack], pause });
      await expect(failing).rejects.toThrow(`failed before step ${step}`);
      expect(aws.stacks.get(stack).status).toBe('ROLLBACK_COMPLETE');
      expect(await look(aws), `after step ${step}`).toEqual(nothing);
    }
    await aws.deploy(first.folder, { stacks: [stack] });
    expect(await look(aws)).toEqual(await look(reference));
  });

  test('an update that fails at a step is changed back; when it is tried again, all is as if deployed anew', async () => {
    const aws = await start();
    await aws.deploy(first.folder, { stacks: [stack] });
    const before = await look(aws);
    const reference = await start();
    await reference.deploy(first.folder, { stacks: [stack] });
    const steps = await stepsOf(reference, second, stack);
    expect(steps).toBeGreaterThan(10);
    for (const step of chosen(steps)) {
      const { pause } = failingAt(step);
      const failing = aws
        .deploy(second.folder, { stacks: [stack], pause })
        .catch((error: Error) => error.message);
      const ended = await failing;
      // The last steps clean up; what fails there stays behind, and the update is complete.
      if (typeof ended !== 'string') break;
      expect(ended).toBe(`failed before step ${step}`);
      expect(aws.stacks.get(stack).status).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(await look(aws), `after step ${step}`).toEqual(before);
    }
    const updated = await start();
    await updated.deploy(first.folder, { stacks: [stack] });
    await updated.deploy(second.folder, { stacks: [stack] });
    const anew = await start();
    await anew.deploy(second.folder, { stacks: [stack] });
    expect(await look(updated)).toEqual(await look(anew));
  });
});
