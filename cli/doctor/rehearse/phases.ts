import type { Now } from '../../../core/ports.ts';
import type { StatusLine } from '../../terminal/status-line.ts';
import type { RehearsalOutput } from './contract.ts';
import type { Walk } from './way.ts';

type Phase = RehearsalOutput['phases'][number];

/** What a rehearsal has gone through, and for how long; shown while it lasts. */
export class Phases {
  readonly done: (Phase & { readonly startedAt: number })[] = [];
  readonly problems: string[] = [];
  remaining: RehearsalOutput['remaining'] = [];
  readonly #now: Now;
  readonly #line: StatusLine;
  #outcome: RehearsalOutput['outcome'] = 'passed';

  constructor(now: Now, line: StatusLine) {
    this.#now = now;
    this.#line = line;
  }

  get outcome(): RehearsalOutput['outcome'] {
    return this.#outcome;
  }

  walk(signal: AbortSignal): Walk {
    const startedAt = this.#now();
    return { signal, show: (state) => this.#line.step(state, startedAt) };
  }

  /** Runs phases; what stops them is a problem of the rehearsal, and stops nothing that comes after. */
  async all(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const isInterrupted = error instanceof Error && error.name === 'AbortError';
      this.#outcome = isInterrupted ? 'interrupted' : 'failed';
      const problem = isInterrupted ? 'It was interrupted.' : errorText(error);
      // What keeps the way from beginning may keep the cleaning up from ending, too.
      if (!this.problems.includes(problem)) this.problems.push(problem);
    } finally {
      this.#line.end();
    }
  }

  async run<Result>(phase: string, work: () => Promise<Result>): Promise<Result> {
    const startedAt = this.#now();
    const end = (outcome: Phase['outcome']) =>
      this.done.push({
        phase,
        outcome,
        seconds: (this.#now().getTime() - startedAt.getTime()) / 1_000,
        startedAt: startedAt.getTime(),
      });
    console.error(`${phase} …`);
    try {
      const result = await work();
      end('done');
      return result;
    } catch (error) {
      end(error instanceof Error && error.name === 'AbortError' ? 'interrupted' : 'failed');
      throw error;
    }
  }

  /** From the beginning of one phase to the end of another; 0 if it was not reached. */
  secondsOf(from: string, to = from): number {
    const first = this.done.find(({ phase }) => phase === from);
    const last = this.done.find(({ phase }) => phase === to) ?? first;
    if (first === undefined || last === undefined) return 0;
    return (last.startedAt - first.startedAt) / 1_000 + last.seconds;
  }
}

const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
