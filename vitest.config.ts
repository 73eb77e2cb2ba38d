import { defineConfig } from 'vitest/config';

/** One project per folder of test/, so that `vitest run --project unit` runs what needs nothing but the code. */
const FOLDERS = ['unit', 'infra', 'local', 'workflow', 'docs', 'e2e'];
/** What is synthesised once for all tests of a folder. */
const GLOBAL_SETUP: Readonly<Record<string, string>> = {
  infra: 'test/infra/synthesise.ts',
  e2e: 'test/e2e/synthesise.ts',
};

export default defineConfig({
  test: {
    projects: FOLDERS.map((name) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        globalSetup: GLOBAL_SETUP[name] ?? [],
      },
    })),
    // What one test leaves behind must not be what another one stands on; the seed of a failing order is printed.
    sequence: { shuffle: true },
    // Processes, not threads: tests start servers, set environment variables and change time zones.
    pool: 'forks',
    // Redis servers and Lambdas run beside the workers, so more workers than this only get into each other's way.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
  },
});
