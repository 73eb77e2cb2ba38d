import type { Shipment } from '../adapters/aws/shipment.ts';
import { type HostHeartbeat, hostHeartbeat, lineOf } from '../core/contracts/host-heartbeat.ts';
import { AppError, errorName } from '../core/model/errors.ts';
import { landingKeys } from '../core/model/keys.ts';
import { VERSION } from '../core/model/version.ts';
import type { Shipped } from './ship-slot.ts';

/** How often a host says that it runs, also while it uploads for hours. */
export const BEAT_EVERY_MS = 30_000;

/** What stays the same while a process runs. */
export type Identity = Pick<HostHeartbeat, 'server' | 'shard' | 'host' | 'every' | 'nextWithinSeconds'>;

/** The heartbeats of a host in the landing bucket: that it runs, and how its last attempt ended. */
export class Heartbeats {
  readonly #identity: Identity;
  readonly #shipment: Pick<Shipment, 'write' | 'now'>;
  #state: Pick<HostHeartbeat, 'shipped' | 'failing'> = {};

  constructor(identity: Identity, shipment: Pick<Shipment, 'write' | 'now'>) {
    this.#identity = identity;
    this.#shipment = shipment;
  }

  /** S3's answer also tells AWS's time. @throws what S3 refuses with */
  async send(): Promise<void> {
    const { server } = this.#identity;
    const heartbeat = { version: 1, redrill: VERSION, ...this.#identity, ...this.#state } as const;
    const body = `${JSON.stringify(hostHeartbeat.parse(heartbeat))}\n`;
    await this.#shipment.write(landingKeys.serverHeartbeat(server, this.#identity), body);
  }

  /** Sends one every {@link BEAT_EVERY_MS}. @param onRefused is called with what a heartbeat met. @returns what ends that */
  beat(onRefused: (error: unknown) => void): () => void {
    const timer = setInterval(() => void this.send().catch(onRefused), BEAT_EVERY_MS);
    return () => clearInterval(timer);
  }

  shipped({ slot, seconds, freeBytes, bytes: fileBytes }: Shipped): void {
    this.#state = { shipped: { slot, seconds, freeBytes, fileBytes } };
  }

  failed(error: unknown): void {
    const code = error instanceof AppError ? error.code : errorName(error);
    const message = lineOf(error instanceof Error ? error.message : String(error));
    const since = this.#state.failing?.since ?? this.#shipment.now().toISOString();
    this.#state = {
      ...this.#state,
      failing: { code: code.replace(/\W/g, '').slice(0, 64) || 'Error', message, since },
    };
  }
}
