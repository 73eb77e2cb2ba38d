import { EVENTS, type RedrillEvent } from '../../../core/contracts/events.ts';
import type { Events, Metrics, Workflows } from '../../../core/ports.ts';

/** Executions in memory: a name is used once, as Step Functions keeps it. */
export class MemoryWorkflows implements Workflows {
  readonly started: { readonly name: string; readonly input: object }[] = [];
  readonly #executions = new Map<string, { status: string; stoppedAt: Date | undefined }>();

  async start(_stateMachine: string, name: string, input: object): Promise<'started' | 'exists'> {
    if (this.#executions.has(name)) return 'exists';
    this.#executions.set(name, { status: 'RUNNING', stoppedAt: undefined });
    this.started.push({ name, input });
    return 'started';
  }

  async find(_stateMachine: string, name: string) {
    const execution = this.#executions.get(name);
    return execution && { ...execution };
  }

  /** Ends whatever is running. */
  fail(stoppedAt: Date): void {
    for (const execution of this.#executions.values())
      if (execution.stoppedAt === undefined) Object.assign(execution, { status: 'FAILED', stoppedAt });
  }
}

/** What was measured, as `name{dimension=value} value`. */
export class MemoryMetrics implements Metrics {
  readonly measured: string[] = [];

  count(name: string, value: number, dimensions: Readonly<Record<string, string>> = {}): void {
    const shown = Object.entries(dimensions).map(([key, of]) => `${key}=${of}`);
    this.measured.push(`${name}{${shown.join(',')}} ${value}`);
  }

  seconds(name: string, value: number, dimensions?: Readonly<Record<string, string>>): void {
    this.count(name, value, dimensions);
  }
}

/** Events that were put; one that its published schema does not allow is refused. */
export class MemoryEvents implements Events {
  readonly events: RedrillEvent[] = [];

  async put(events: readonly RedrillEvent[]): Promise<void> {
    for (const { name, detail } of events) EVENTS[name].schema.parse(detail);
    this.events.push(...events);
  }
}
