import type { Definition } from './definition.ts';
import { StateError } from './errors.ts';
import type { Host } from './host.ts';
import type { Json } from './paths.ts';
import { Scope } from './scope.ts';
import { execute } from './visit.ts';

export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT';
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

export interface Given {
  readonly input: Json;
  /** The context object, less `State` and `Map`. */
  readonly context: Readonly<Record<string, Json>>;
}

/** One run of a state machine; the constructor starts it. */
export class Interpretation {
  /** Rejects when the program has a defect, never for an error of a state. Ignore it after {@link stop}. */
  readonly ending: Promise<Ending>;
  readonly #scope: Scope;

  constructor(definition: Definition, { input, context }: Given, host: Host) {
    this.#scope = new Scope(host.clock);
    this.ending = this.#end(
      execute(definition, input, { host, context, scope: this.#scope }),
      host.clock.now() + (definition.TimeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000,
    );
  }

  /** Ends everything in it. A Task that already runs continues, and its result is ignored. */
  stop(): void {
    this.#scope.end();
  }

  async #end(executed: Promise<Json>, untilMs: number): Promise<Ending> {
    try {
      return await this.#first(executed, untilMs);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      return { status: 'FAILED', error: error.name || undefined, cause: error.message || undefined };
    } finally {
      this.#scope.end();
    }
  }

  async #first(executed: Promise<Json>, untilMs: number): Promise<Ending> {
    const done = executed.then((output) => ({ status: 'SUCCEEDED' as const, output }));
    if (untilMs === Number.POSITIVE_INFINITY) return done;
    const late = this.#scope.waitUntil(untilMs);
    const error = 'States.Timeout';
    return Promise.race([done, late.then(() => ({ status: 'TIMED_OUT' as const, error, cause: undefined }))]);
  }
}
