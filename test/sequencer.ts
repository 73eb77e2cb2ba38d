import { createHash } from 'node:crypto';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longer than most of the journeys. */
const LONGEST = [
  'e2e/attacks/',
  'e2e/deployments/',
  'e2e/doctor/doctor.',
  'e2e/happy-way',
  'e2e/permissions',
  'e2e/restore.',
  'packages/five-commands',
  'long/under-way',
  'long/drift',
  'long/readings',
  'long/rehearsal',
  'unit/simulate/simulation',
];

/**
 * Files in an order drawn from the seed, which vitest prints. The longest come first, then the journeys, which wait as often
 * as they compute, so that none of them runs alone at the end. Among those, the files of a project follow each other: vitest
 * gives a worker, with the modules that it has loaded, another file of its own project only, and only if that is the next.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.ctx.config.sequence;
    const drawn = (name: string) => createHash('sha256').update(`${seed} ${name}`).digest('hex');
    const order = (file: TestSpecification) =>
      [rank(file), drawn(file.project.name), drawn(file.moduleId)].join(' ');
    return files.toSorted((one, other) => (order(one) < order(other) ? -1 : 1));
  }
}

function rank({ project, moduleId }: TestSpecification): number {
  if (LONGEST.some((name) => moduleId.includes(`test/${name}`))) return 0;
  return project.name === 'e2e' || project.name === 'packages' ? 1 : 2;
}
