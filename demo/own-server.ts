import { execFile, spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findServer, freePort } from '@redrill/local-aws/redis';
import { Redis } from 'ioredis';
import { isProtected } from '../core/contracts/plan.ts';
import type { ShipConfig } from '../core/contracts/ship-config.ts';
import { AppError } from '../core/model/errors.ts';
import type { Demo } from './demo.ts';
import { LOCAL_FOLDER } from './folders.ts';
import { populate } from './populate.ts';
import { OWN_SERVER, SHIPPER_ROLE } from './server.config.ts';

/** A plain server of this machine, and its host. */
export interface OwnServer {
  readonly id: string;
  /** What cron would run on the host, as a process of its own. @throws AppError `SaveFailed` with what it printed */
  ship(demo: Demo): Promise<void>;
  stop(): void;
}

const SEED = 7;
const LOOK_EVERY_MS = 50;
const COMMAND = join(import.meta.dirname, `../cli/redrill${extname(import.meta.filename)}`);

/** Starts it, and fills it with the demo's data. @throws AppError `NoServer` */
export async function startOwnServer(keys: number): Promise<OwnServer> {
  const binary = await findServer();
  if (binary === undefined)
    throw new AppError('NoServer', 'there is no Redis or Valkey server on this machine');
  const folder = join(LOCAL_FOLDER, OWN_SERVER);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''];
  const server = spawn(binary.file, options, { argv0: binary.argv0, stdio: 'ignore' });
  const stop = () => void server.kill('SIGKILL');
  // It must not outlive this process.
  process.once('exit', stop);
  const redis = new Redis({ host: '127.0.0.1', port, retryStrategy: () => LOOK_EVERY_MS });
  redis.on('error', () => undefined);
  try {
    while ((await redis.ping().catch(() => undefined)) === undefined) {
      if (server.exitCode !== null)
        throw new AppError('NoServer', `${binary.file} ended with status ${server.exitCode}`);
      await sleep(LOOK_EVERY_MS);
    }
    await populate([{ redis, slots: [] }], keys, SEED);
  } catch (error) {
    stop();
    throw error;
  } finally {
    redis.disconnect();
  }
  return { id: OWN_SERVER, ship: (demo) => ship(demo, { port, folder }), stop };
}

interface HostPlace {
  readonly port: number;
  readonly folder: string;
}

async function ship(demo: Demo, { port, folder }: HostPlace): Promise<void> {
  const { aws, config, source, landingBucket: bucket } = demo;
  const plan = config.plans[config.servers[OWN_SERVER]?.plan ?? ''];
  if (plan === undefined || !isProtected(plan)) throw new Error(`${OWN_SERVER} is on no plan`);
  const host: ShipConfig = {
    server: OWN_SERVER,
    shard: 1,
    host: 'events-host',
    every: plan.every,
    redis: `redis://127.0.0.1:${port}`,
    landing: { bucket, region: source.region },
  };
  const file = join(folder, 'ship.json');
  await writeFile(file, `${JSON.stringify(host, null, 2)}\n`);
  const key = aws.fabric.issueAccessKey({ kind: 'role', arn: SHIPPER_ROLE, account: source.account });
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  };
  const words = [COMMAND, 'ship', '--once', '--host-config', file];
  // No time passes on the virtual clock meanwhile.
  await aws.clock.track(async () => {
    try {
      await promisify(execFile)(process.execPath, words, { env });
    } catch (cause) {
      throw new AppError('SaveFailed', (cause as { stderr?: string }).stderr ?? String(cause), { cause });
    }
  });
}
