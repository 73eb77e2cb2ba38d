import type { Execution } from '@redrill/local-aws';

/** Tells what happens while it happens: a line per step, with the time on the virtual clock. */
export class Progress {
  readonly #write: (line: string) => void;
  /** How many of each execution's events were told. */
  readonly #told = new Map<Execution, number>();
  readonly #steps = new Set<string>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  heading(text: string): void {
    this.#write(`\n${text}`);
  }

  /** Tells every step that an execution has entered for the first time since the last look, and its end. */
  look(workflow: string, execution: Execution): void {
    const { events } = execution.history;
    const told = this.#told.get(execution) ?? 0;
    this.#told.set(execution, events.length);
    for (const { type, at, details } of events.slice(told)) {
      const step = `${execution.name} ${String(details.name)}`;
      if (type === 'TaskStateEntered' && !this.#steps.has(step)) {
        this.#steps.add(step);
        this.#line(at, workflow, execution.name, stepName(String(details.name)));
      }
      if (/^Execution(?!Started)/.test(type))
        this.#line(at, workflow, execution.name, execution.status.toLowerCase());
    }
  }

  #line(at: number, workflow: string, execution: string, text: string): void {
    this.#write(
      `  ${new Date(at).toISOString().slice(11, 19)}  ${workflow.padEnd(6)}  ${execution.padEnd(25)}  ${text}`,
    );
  }
}

/** `CreateSnapshot` → `create snapshot`. */
function stepName(state: string): string {
  return state.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
