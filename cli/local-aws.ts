import { join } from 'node:path';
import { DURATION_FORM, type Duration, secondsOf } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import { createCaches, DEMO_CACHES, fillCache } from '../local/demo/caches.ts';
import { sendControl, serveControl } from '../local/demo/control.ts';
import { type Demo, startDemo, synthesise } from '../local/demo/demo.ts';

const DATA_DIR = join(import.meta.dirname, '../out/local/up');
const SOCKET = join(DATA_DIR, 'control.sock');

interface UpOptions {
  readonly port: number;
  readonly keys: number;
}

/** Starts the local AWS with both demo caches and stays until it is told to stop. */
export async function up({ port, keys }: UpOptions): Promise<void> {
  console.error('Synthesising the stacks, and starting AWS on this machine …');
  const demo = await startDemo(await synthesise(), { dataDir: DATA_DIR, startsAt: Date.now(), port });
  try {
    await createCaches(demo.aws, demo.source);
    for (const { id } of DEMO_CACHES) await fillCache(demo.aws, demo.source, { id, keys });
    demo.aws.scheduler.start();
    console.log(await environmentOf(demo));
    console.error(whatToTry(demo));
    await untilStopped(demo);
  } finally {
    await demo.close();
  }
}

/** Lines for a shell to evaluate. The AWS CLI before 2.13 does not read AWS_ENDPOINT_URL; it takes --endpoint-url. */
async function environmentOf({ aws, source }: Demo): Promise<string> {
  // The caches' certificates are of an authority of this run.
  const { caFile } = await aws.elasticache.tls();
  return Object.entries({ ...aws.environment(source.region), NODE_EXTRA_CA_CERTS: caFile })
    .map(([name, value]) => `export ${name}=${value}`)
    .join('\n');
}

function whatToTry({ aws, source, vault, vaultBucket }: Demo): string {
  const [node] = aws.elasticache.nodesOf(source.account, source.region, 'orders');
  return [
    '',
    'Export the lines above in another terminal, then for example:',
    '  npx redrill status                # nothing is in the vault yet',
    '  aws elasticache describe-replication-groups --endpoint-url $AWS_ENDPOINT_URL',
    '  npx redrill local advance 6h      # the next slots, their backups and ingests',
    '  npx redrill show orders latest',
    '  aws elasticache describe-snapshots --endpoint-url $AWS_ENDPOINT_URL',
    `  aws s3 ls s3://${vaultBucket} --recursive --region ${vault.region} --endpoint-url $AWS_ENDPOINT_URL`,
    `  redis-cli -c -h ${node?.customer.host} -p ${node?.customer.port} dbsize`,
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}

/** Real time passes, and fires what it makes due, until Ctrl-C or `redrill local down`. */
async function untilStopped(demo: Demo): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const ticking = setInterval(() => demo.aws.clock.fireDue(), 250);
  const control = await serveControl(SOCKET, {
    advance: async (seconds) => {
      await demo.aws.clock.run({ until: demo.aws.clock.now() + seconds * 1000 });
      return new Date(demo.aws.clock.now()).toISOString();
    },
    down: async () => {
      stopped.resolve();
      return 'stopping';
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve());
  await stopped.promise;
  clearInterval(ticking);
  control.close();
}

export async function advance(duration: string): Promise<void> {
  if (!DURATION_FORM.test(duration)) {
    throw new AppError('BadInput', `'${duration}' is not a duration; write 15m, 6h or 30d`);
  }
  console.log(`It is now ${await sendControl(SOCKET, 'advance', secondsOf(duration as Duration))} there.`);
}

export async function down(): Promise<void> {
  console.log(await sendControl(SOCKET, 'down'));
}
