import { mkdir, writeFile } from 'node:fs/promises';
import module from 'node:module';
import { extname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig } from '../core/contracts/parse-config.ts';
import { AppError } from '../core/model/errors.ts';
import { DAY_MS, MINUTE_MS } from '../core/model/time.ts';
import { DEMO_CACHES, DEMO_KEYS } from './caches.ts';
import { startDemo, synthesise } from './demo.ts';
import { DEMO_FAULTS } from './faults.ts';
import { LOCAL_FOLDER } from './folders.ts';
import { travel } from './journey.ts';
import { type OwnServer, startOwnServer } from './own-server.ts';
import { Progress } from './progress.ts';
import { saveReports } from './reports.ts';
import serverConfig from './server.config.ts';
import { isAllWell, summarise } from './summary.ts';
import { formatSummary } from './table.ts';

const CONFIG_FILE = join(import.meta.dirname, `server.config${extname(import.meta.filename)}`);

/** The last midnight, less a quarter of an hour to create the caches in: the slot then is today's first. */
function startInstant(): number {
  return Math.floor(Date.now() / DAY_MS) * DAY_MS - 15 * MINUTE_MS;
}

async function main(): Promise<number> {
  const name = faultName();
  if (name === 'list') {
    console.log(Object.keys(DEMO_FAULTS).join('\n'));
    return 0;
  }
  const fault = name === undefined ? undefined : DEMO_FAULTS[name];
  if (name !== undefined && fault === undefined) {
    console.error(`There is no fault '${name}'. Use one of: ${Object.keys(DEMO_FAULTS).join(', ')}.`);
    return 2;
  }
  // The Lambdas start the same bundles again and again.
  module.enableCompileCache?.(join(LOCAL_FOLDER, 'compiled'));
  const startedAt = performance.now();
  const progress = new Progress((line) => console.log(line));
  progress.heading('Synthesising the stacks, and starting AWS on this machine');
  const demo = await startDemo(await synthesise(CONFIG_FILE), {
    dataDir: join(LOCAL_FOLDER, 'aws'),
    startsAt: startInstant(),
    config: parseConfig(serverConfig),
  });
  let own: OwnServer | undefined;
  try {
    own = await startOwnServer(DEMO_KEYS);
    if (fault !== undefined) progress.heading(`With a fault: ${fault.about}`);
    await travel(demo, { fault, own, progress });
    const summary = await summarise(demo);
    await mkdir(LOCAL_FOLDER, { recursive: true });
    const file = join(LOCAL_FOLDER, 'summary.json');
    await writeFile(file, `${JSON.stringify(summary, null, 2)}\n`);
    const page = await saveReports(demo, join(LOCAL_FOLDER, 'reports'));
    console.log(`\n${formatSummary(summary)}\n`);
    console.log(`Reports, for a browser: ${relative(process.cwd(), page)}`);
    console.log(
      `${((performance.now() - startedAt) / 1000).toFixed(0)} s. The same as JSON: ${relative(process.cwd(), file)}`,
    );
    return isAllWell(summary, [...DEMO_CACHES.map(({ id }) => id), own.id]) ? 0 : 1;
  } finally {
    own?.stop();
    await demo.close();
  }
}

function faultName(): string | undefined {
  try {
    return parseArgs({ options: { fault: { type: 'string' } } }).values.fault;
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : error}\nUsage: npm start [-- --fault <name> | --fault list]`,
    );
    process.exit(2);
  }
}

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof AppError)) throw error;
  console.error(`${error.message}\n${error.hint}`);
  return 1;
});
