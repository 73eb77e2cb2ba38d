import { join } from 'node:path';
import { AppError } from '../core/model/errors.ts';
import { createCaches, DEMO_CACHES, fillCache } from '../demo/caches.ts';
import { commandsOf, type ShownAlert } from '../demo/commands.ts';
import { sendControl, serveControl } from '../demo/control.ts';
import { type Demo, startDemo, synthesise } from '../demo/demo.ts';
import { LOCAL_FOLDER } from '../demo/folders.ts';
import { alertList, alertText } from './local/alerts-text.ts';
import { redisCliCommand } from './local/connect.ts';
import { onlyOneIn, refuseTakenPort } from './local/only-one.ts';
import { secondsToAdvance } from './local/seconds.ts';

const DATA_DIR = process.env.REDRILL_LOCAL_DIR ?? join(LOCAL_FOLDER, 'up');
const SOCKET = join(DATA_DIR, 'control.sock');

interface UpOptions {
  readonly port: number;
  readonly keys: number;
}

/** Starts the local AWS with both demo caches and stays until it is told to stop. */
export async function up({ port, keys }: UpOptions): Promise<void> {
  using _only = onlyOneIn(DATA_DIR);
  await refuseTakenPort(port);
  console.error('Synthesising the stacks and starting AWS on this machine …');
  const demo = await startDemo(await synthesise(), { dataDir: DATA_DIR, startsAt: Date.now(), port });
  try {
    await createCaches(demo.aws, demo.source);
    for (const { id } of DEMO_CACHES) await fillCache(demo.aws, demo.source, { id, keys });
    demo.aws.scheduler.start();
    const { caFile } = await demo.aws.elasticache.tls();
    console.log(environmentOf(demo, caFile));
    console.error(whatToTry(demo, caFile));
    await untilStopped(demo);
  } finally {
    await demo.close();
  }
}

/** Lines for a shell to evaluate. The AWS CLI before 2.13 does not read AWS_ENDPOINT_URL; it takes --endpoint-url. */
function environmentOf({ aws, source }: Demo, caFile: string): string {
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

/** Real time passes, and fires what it makes due, until Ctrl-C or `redrill local down`. */
async function untilStopped(demo: Demo): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const ticking = setInterval(() => demo.aws.clock.fireDue(), 250);
  const control = await serveControl(
    SOCKET,
    commandsOf(demo, () => stopped.resolve()),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());
  await stopped.promise;
  clearInterval(ticking);
  control.close();
}

export async function advance(duration: string): Promise<void> {
  console.log(`It is now ${await sendControl(SOCKET, 'advance', secondsToAdvance(duration))} there.`);
}

export async function alerts(number: number | undefined, options: { readonly json?: true }): Promise<void> {
  const published = await sendControl<readonly ShownAlert[]>(SOCKET, 'alerts');
  if (number === undefined) {
    console.log(options.json === true ? JSON.stringify(published, null, 2) : alertList(published));
    return;
  }
  const asked = published.find((alert) => alert.number === number);
  if (asked === undefined)
    throw new AppError('BadInput', `there is no alert ${number}; ${published.length} were published`);
  console.log(options.json === true ? JSON.stringify(asked, null, 2) : alertText(asked));
}

export async function failNode(cache: string, node: string | undefined): Promise<void> {
  const nodes = await sendControl<readonly string[]>(SOCKET, 'fail-node', { cache, node });
  console.log(`Nodes of ${cache}:\n  ${nodes.join('\n  ')}`);
  console.log('The failed node is replaced after 3 to 8 minutes: npx redrill local advance 10m');
}

export async function region(state: 'on' | 'off', name: string): Promise<void> {
  await sendControl(SOCKET, 'region', { region: name, down: state === 'off' });
  console.log(
    state === 'off'
      ? `Every call to ${name} is now answered with 503. Undo: npx redrill local region on ${name}`
      : `${name} answers again.`,
  );
}

export async function down(): Promise<void> {
  await sendControl(SOCKET, 'down');
  console.log('stopping');
}
