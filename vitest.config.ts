import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/sequencer.ts';

/** The projects and their folders: `vitest run --project unit` runs what needs nothing but the code. */
const FOLDERS: Readonly<Record<string, string>> = {
  unit: 'test/unit',
  infra: 'test/infra',
  servers: 'test/servers',
  docs: 'test/docs',
  browser: 'test/browser',
  packages: 'test/packages',
  e2e: 'test/e2e',
  long: 'test/long',
  rdb: 'packages/rdb/test',
  'local-aws': 'packages/local-aws/test',
};
/** A test that runs a world of servers tells a story in order; only the files of such a folder come in any order. */
const IN_ORDER = { sequence: { shuffle: { files: true, tests: false } } };
const END_TO_END = { ...IN_ORDER, globalSetup: ['test/e2e/synthesise.ts'] };
/** What the tests of a folder need besides, for example one synthesis for all of them. */
const SETTINGS: Readonly<Record<string, object>> = {
  infra: { globalSetup: ['test/infra/synthesise.ts'] },
  packages: { globalSetup: ['test/packages/assemble.ts'] },
  // A process for each file: these tests end servers and replace certificates under their commands.
  servers: { ...IN_ORDER, isolate: true },
  rdb: IN_ORDER,
  'local-aws': IN_ORDER,
  e2e: END_TO_END,
  long: { ...END_TO_END, isolate: true },
};

const LONG = 'packages/*/test/long/**/*.test.ts';

/** The packages have long tests of their own. */
function filesOf(name: string, folder: string) {
  const include = [`${folder}/**/*.test.ts`];
  return name === 'long' ? { include: [...include, LONG] } : { include, exclude: [LONG] };
}

export default defineConfig({
  test: {
    projects: Object.entries(FOLDERS).map(([name, folder]) => ({
      extends: true as const,
      test: {
        name,
        ...filesOf(name, folder),
        ...SETTINGS[name],
      },
    })),
    // What one test leaves behind must not be what another one stands on; the seed of a failing order is printed.
    sequence: { shuffle: true, sequencer: LongestFirst },
    // Processes, not threads: tests start servers, set environment variables and change time zones.
    pool: 'forks',
    // Modules are loaded once for all files that a worker runs, which saves a third of the time of short tests.
    isolate: false,
    // One more than a small machine has processors: tests of servers and worlds wait for a part of their time, and start
    // processes of their own. A further one makes all of them slower.
    maxWorkers: 3,
    // Commands that wait for AWS wait for a local one here.
    env: { REDRILL_LOOK_EVERY_MS: '100' },
    // What takes ten seconds on an idle machine takes minutes on a busy one. A limit ends what hangs; it measures nothing.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    passWithNoTests: true,
  },
});
