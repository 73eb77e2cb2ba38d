/**
 * Scripted faults. A fault is armed once and takes effect on the calls it matches, a stated number of times.
 *
 * - `error`: the operation answers with this code and does nothing.
 * - `lost-reply`: the operation is done, and the connection is cut before the answer.
 * - `delay`: the operation takes this much longer (virtual time).
 * - `freeze`: what the operation starts never leaves its first state (a snapshot stays `creating`).
 * - `flip-byte`: one byte of what the operation writes is changed.
 * - `omit`: one of the things the operation should write (a shard's file) is left out.
 * - `kill`: the process that made the call (a Lambda) is killed once the call was accepted.
 * - `hurry`: the invocation that the operation (Lambda's Invoke) starts is told that it has only this long left. It is
 *   not cut off then: what work does near its end can be seen without waiting for it, on a machine of any speed.
 */
export type FaultKind = 'error' | 'lost-reply' | 'delay' | 'freeze' | 'flip-byte' | 'omit' | 'kill' | 'hurry';

export interface Fault {
  readonly kind: FaultKind;
  readonly service: string;
  readonly operation: string;
  /** Only calls whose resource (id, name or key) contains this text. @default every call */
  readonly resource?: string;
  /** Only calls in this region. @default every region */
  readonly region?: string;
  /** Only calls of principals whose ARN contains this text. Not for what happens after the call: freeze, flip-byte, omit, hurry. @default everybody's */
  readonly caller?: string;
  /** How many matching calls are hit. @default 1 */
  readonly times?: number;
  /** For `error`. */
  readonly error?: { readonly code: string; readonly message: string; readonly status?: number };
  /** For `delay`. */
  readonly delayMs?: number;
  /** For `hurry`: what the invocation takes for its whole time, real time. */
  readonly timeLeftMs?: number;
}

export interface FaultTarget {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly resource: string;
  /** ARN of the principal, where the call is still known. */
  readonly caller?: string;
}

export class Faults {
  readonly #armed: { fault: Fault; left: number }[] = [];
  readonly #struck: { fault: Fault; target: FaultTarget }[] = [];

  arm(fault: Fault): void {
    this.#armed.push({ fault, left: fault.times ?? 1 });
  }

  /** The first armed fault of one of these kinds that matches; it is used up once. */
  take(kinds: readonly FaultKind[], target: FaultTarget): Fault | undefined {
    const hit = this.#armed.find(
      ({ fault, left }) => left > 0 && kinds.includes(fault.kind) && matches(fault, target),
    );
    if (hit === undefined) return undefined;
    hit.left--;
    this.#struck.push({ fault: hit.fault, target });
    return hit.fault;
  }

  /** Every fault that took effect, in order. */
  get struck(): readonly { readonly fault: Fault; readonly target: FaultTarget }[] {
    return this.#struck;
  }
}

function matches(fault: Fault, target: FaultTarget): boolean {
  return (
    fault.service === target.service &&
    fault.operation === target.operation &&
    (fault.region === undefined || fault.region === target.region) &&
    (fault.caller === undefined || (target.caller?.includes(fault.caller) ?? false)) &&
    (fault.resource === undefined || target.resource.includes(fault.resource))
  );
}
