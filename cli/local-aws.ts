import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR_MS, MINUTE_MS } from '../core/model/time.ts';
import { createCaches, DEMO_CACHES, fillCache } from '../demo/caches.ts';
import { commandsOf } from '../demo/commands.ts';
import { serveControl } from '../demo/control.ts';
import {
  type Demo,
  type DemoOptions,
  type Started,
  startDemo,
  startEmpty,
  synthesise,
} from '../demo/demo.ts';
import { redisCliCommand } from './local/connect.ts';
import { onlyOneIn, refuseTakenPort } from './local/only-one.ts';
import { DATA_DIR, SOCKET } from './local/places.ts';

/** Between two looks at what has become due, ms. */
const TICK_MS = 250;
/**
 * In which the caches are created, so that the time then is the real one: where AWS's differs by minutes, the SDK takes every
 * error for one of the clock, and the CDK's toolkit tries a minute long again.
 */
const CREATION_MS = HOUR_MS;
/** Longer than the vault waits between two looks for exports. */
const HASTE_AFTER_MS = 10 * MINUTE_MS;

interface UpOptions {
  readonly port: number;
  readonly keys: number;
  /** Whether Redrill's stacks are deployed. */
  readonly stacks: boolean;
  /** How much faster time passes while a workflow runs. */
  readonly pace: number;
}

/** Starts the local AWS with both demo caches and stays until it is told to stop. */
export async function up({ port, keys, stacks, pace }: UpOptions): Promise<void> {
  using _only = onlyOneIn(DATA_DIR);
  await refuseTakenPort(port);
  console.error(`${stacks ? 'Synthesising the stacks and starting' : 'Starting'} AWS on this machine …`);
  const options = { dataDir: DATA_DIR, startsAt: Date.now() - CREATION_MS, port };
  const { started, tips } = stacks ? await withStacks(options) : await withoutStacks(options);
  const { aws, source } = started;
  try {
    await createCaches(aws, source);
    for (const { id } of DEMO_CACHES) await fillCache(aws, source, { id, keys });
    await aws.clock.run({ until: Date.now() });
    aws.scheduler.start();
    const { caFile } = await aws.elasticache.tls();
    console.log(environmentOf(started, caFile));
    console.error(tips(caFile));
    await untilStopped(started, pace);
  } finally {
    await started.close();
  }
}

interface Up {
  readonly started: Started;
  tips(caFile: string): string;
}

async function withStacks(options: DemoOptions): Promise<Up> {
  const demo = await startDemo(await synthesise(), options);
  return { started: demo, tips: (caFile) => whatToTry(demo, caFile) };
}

async function withoutStacks(options: DemoOptions): Promise<Up> {
  const started = await startEmpty(options);
  return { started, tips: () => howToDeploy(started) };
}

/** Lines for a shell to evaluate. The AWS CLI before 2.13 does not read AWS_ENDPOINT_URL; it takes --endpoint-url. */
function environmentOf({ aws, source }: Started, caFile: string): string {
  // The caches' certificates are of an authority of this run.
  return Object.entries({ ...aws.environment(source.region), NODE_EXTRA_CA_CERTS: caFile })
    .map(([name, value]) => `export ${name}=${value}`)
    .join('\n');
}

function whatToTry({ aws, source, vault, vaultBucket }: Demo, caFile: string): string {
  const connect = DEMO_CACHES.flatMap(({ id }) => {
    const [node] = aws.elasticache.nodesOf(source.account, source.region, id);
    return node === undefined ? [] : [`  ${redisCliCommand(node, caFile)} dbsize    # ${id}`];
  });
  return [
    '',
    'Export the lines above in another terminal, then for example:',
    '  npx redrill status                # nothing is in the vault yet',
    '  aws elasticache describe-replication-groups --endpoint-url $AWS_ENDPOINT_URL',
    '  npx redrill local advance 6h      # the next slots, their backups and ingests',
    '  npx redrill show orders latest',
    '  npx redrill local alerts          # what was published to the topics',
    '  aws elasticache describe-snapshots --endpoint-url $AWS_ENDPOINT_URL',
    `  aws s3 ls s3://${vaultBucket} --recursive --region ${vault.region} --endpoint-url $AWS_ENDPOINT_URL`,
    ...connect,
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}

function howToDeploy({ source, vault }: Started): string {
  const caches = DEMO_CACHES.map(({ id }) => id);
  return [
    '',
    `Nothing is deployed. ${source.region} has the caches ${caches.join(' and ')}.`,
    'Export the lines above in another terminal, then for example:',
    `  npx redrill init --source ${source.region} --vault ${vault.region} --email you@example.com --yes`,
    '  npx redrill deploy',
    `  npx redrill backup ${caches[0]}`,
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}

/** Time passes, and fires what it makes due, until Ctrl-C or `redrill local down`. */
async function untilStopped(started: Started, pace: number): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const control = await serveControl(
    SOCKET,
    commandsOf(started, () => stopped.resolve()),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());
  const ended = stopped.promise.then(() => true);
  const haste = new Haste(started.aws, pace);
  while (!(await Promise.race([ended, haste.passMoment()])));
  control.close();
}

/**
 * Time that passes faster while a workflow runs, and a while after: the vault looks for a finished backup every five minutes.
 * At other times it passes as it does elsewhere, so that credentials of a role do not expire in the hands of a client.
 */
class Haste {
  readonly #aws: Started['aws'];
  readonly #pace: number;
  #until = 0;

  constructor(aws: Started['aws'], pace: number) {
    this.#aws = aws;
    this.#pace = pace;
  }

  /** @returns false: it is not over */
  async passMoment(): Promise<false> {
    await sleep(TICK_MS);
    const { clock, states } = this.#aws;
    if (states.running.length > 0) this.#until = clock.now() + HASTE_AFTER_MS;
    if (clock.now() < this.#until) await clock.run({ until: clock.now() + TICK_MS * (this.#pace - 1) });
    else clock.fireDue();
    return false;
  }
}
