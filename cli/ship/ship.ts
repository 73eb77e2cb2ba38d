import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Shipment, shipment } from '../../adapters/aws/shipment.ts';
import { whyUnreadable } from '../../adapters/files/why-unreadable.ts';
import type { ServerAddress } from '../../adapters/redis/resp-connection.ts';
import { HOST_FORM, type ServerDescription } from '../../core/contracts/server-seal.ts';
import { parseShipConfig, type ShipConfig } from '../../core/contracts/ship-config.ts';
import { secondsOf } from '../../core/model/duration.ts';
import { AppError } from '../../core/model/errors.ts';
import { instantOf } from '../../core/model/slot.ts';
import { BEAT_EVERY_MS, Heartbeats, type Identity } from '../../ship/host-heartbeat.ts';
import { LocalCopies } from '../../ship/local-copies.ts';
import { Server } from '../../ship/server.ts';
import { type Shipped, shipSlot } from '../../ship/ship-slot.ts';
import { ExitStatus } from '../exit-status.ts';
import { targetNamed } from '../target.ts';
import { byteText, counted } from '../terminal/figures.ts';
import { shipEverySlot } from './every-slot.ts';
import { lockHost } from './lock-host.ts';

export interface ShipOptions {
  readonly once?: true;
  readonly hostConfig: string;
  readonly json?: true;
}

/** @returns the exit status @throws AppError `BadInput`, `BadConfig`, `ShipUnderWay`, and what `shipSlot` throws */
export async function ship(options: ShipOptions): Promise<number> {
  const config = parseShipConfig(textOf(options.hostConfig), options.hostConfig);
  const identity = identityOf(config, options);
  const unlock = lockHost(config);
  const ships = shipment(config.landing);
  const heartbeats = new Heartbeats(identity, ships);
  const shipAndTell = async () => {
    await heartbeats.send();
    const shipped = await told(heartbeats, () => shipNow(config, ships));
    console.log(options.json ? jsonOf(config, shipped) : lineOf(config, shipped));
    if (shipped.notKept !== undefined) console.error(shipped.notKept);
    return instantOf(shipped.slot);
  };
  const endBeats = heartbeats.beat((error) => console.error(messageOf(error)));
  try {
    if (options.once === true) {
      await shipAndTell();
      return ExitStatus.good;
    }
    return await shipEverySlot({
      cadenceMs: cadenceMsOf(config),
      now: ships.now,
      ship: shipAndTell,
      sleepFor: sleep,
      onFailure: (error) => console.error(messageOf(error)),
    });
  } finally {
    endBeats();
    unlock();
  }
}

const messageOf = (error: unknown) => (error instanceof AppError ? error.message : error);

/** A run that ends says how long it may take until the next one. */
function identityOf(config: ShipConfig, { once }: ShipOptions): Identity {
  const { server, shard, every } = config;
  const nextWithinSeconds = once === true ? secondsOf(every) : BEAT_EVERY_MS / 1_000;
  return { server, shard, host: hostOf(config), every, nextWithinSeconds };
}

/** Leaves in the landing bucket how an attempt ended; that this is refused must not hide how. */
async function told(heartbeats: Heartbeats, attempt: () => Promise<Shipped>): Promise<Shipped> {
  try {
    const shipped = await attempt();
    heartbeats.shipped(shipped);
    return shipped;
  } catch (error) {
    heartbeats.failed(error);
    throw error;
  } finally {
    await heartbeats.send().catch((error: unknown) => console.error(messageOf(error)));
  }
}

async function shipNow(config: ShipConfig, ships: Shipment): Promise<Shipped> {
  const { server, shard, folder } = config;
  const address = await addressOf(config);
  const source = await Server.open(address);
  try {
    return await shipSlot(
      {
        server,
        shard,
        host: hostOf(config),
        folder,
        cadenceMs: cadenceMsOf(config),
        access: { tls: address.tls !== false, auth: authOf(address) },
        ...(config.keepLocal && { copies: new LocalCopies(config, config.keepLocal) }),
      },
      { source, shipment: ships, sleep, newId: () => randomBytes(4).toString('hex') },
    );
  } finally {
    source.close();
  }
}

const cadenceMsOf = ({ every }: ShipConfig): number => secondsOf(every) * 1_000;

async function addressOf({ redis, ca, passwordFile }: ShipConfig): Promise<ServerAddress> {
  const { address } = await targetNamed(redis, { ...(ca && { ca }) });
  return passwordFile === undefined ? address : { ...address, password: textOf(passwordFile).trimEnd() };
}

function authOf({ username, password }: ServerAddress): ServerDescription['auth'] {
  if (password === undefined) return 'none';
  return username === undefined ? 'token' : 'users';
}

function hostOf({ host = hostname().toLowerCase().slice(0, 63) }: ShipConfig): string {
  if (HOST_FORM.test(host)) return host;
  throw new AppError(
    'BadConfig',
    `the name of this machine, '${host}', cannot name a host in keys; set host in the file`,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('BadConfig', `${file} cannot be read: ${whyUnreadable(cause)}`, { cause });
  }
}

function jsonOf({ server }: ShipConfig, shipped: Shipped): string {
  return JSON.stringify({ contract: 1, server, ...shipped });
}

function lineOf({ server, shard }: ShipConfig, { outcome, slot, bytes, keys }: Shipped): string {
  const what = `${server}, shard ${shard}, slot ${slot}`;
  return outcome === 'sealed'
    ? `${what}: shipped ${byteText(bytes)} with ${counted(keys, 'key')}`
    : `${what}: another run has shipped this slot; this file is not used`;
}
