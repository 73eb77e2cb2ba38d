import type { HeartbeatConvention } from '../core/contracts/config.ts';
import { errorName } from '../core/model/errors.ts';
import type { Heartbeat, Parameters } from '../core/ports.ts';
import { type PingKind, pingUrl } from '../core/watch/compose-heartbeat.ts';

export interface DeadMansSwitchOptions {
  /** @default no switch: nothing is sent */
  readonly config?: { readonly parameter: string; readonly convention: HeartbeatConvention } | undefined;
  readonly parameters: Parameters;
  readonly heartbeat: Heartbeat;
  readonly runId: string;
}

/** What became of a ping: `failed` names the error's code, never the URL, which is a secret. */
export type PingOutcome = 'sent' | 'withheld' | `failed: ${string}`;

/**
 * The pings of one look, in the order in which they are asked for. None throws: a switch that is down or refused must not
 * cost an alert or a measurement, and its own silence alarms.
 */
export class DeadMansSwitch {
  readonly #options: DeadMansSwitchOptions;
  #last: Promise<PingOutcome> = Promise.resolve('withheld');
  #failures = 0;

  constructor(options: DeadMansSwitchOptions) {
    this.#options = options;
  }

  /** Waits for the pings that are under way. @returns how many did not get through in all */
  async close(): Promise<number> {
    await this.#last;
    return this.#failures;
  }

  ping(kind: PingKind, body = ''): Promise<PingOutcome> {
    this.#last = this.#last.then(() => this.#ping(kind, body));
    return this.#last;
  }

  async #ping(kind: PingKind, body: string): Promise<PingOutcome> {
    const { config, parameters, heartbeat, runId } = this.#options;
    if (config === undefined) return 'withheld';
    try {
      const base = await parameters.read(config.parameter);
      if (base === undefined) return 'withheld';
      const url = pingUrl(base, { kind, convention: config.convention, runId });
      if (url === undefined) return 'withheld';
      await heartbeat.ping(url, body);
      return 'sent';
    } catch (error) {
      this.#failures++;
      return `failed: ${errorName(error)}`;
    }
  }
}
