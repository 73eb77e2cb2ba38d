import type { VirtualClock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Principal, Service } from './model/service.ts';

/** A call as it arrives, over HTTP or in process. */
export interface CallRequest {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly principal: Principal;
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's input of the operation named beside it
  readonly input: any;
}

/** One authorisation decision, as the call log keeps it. */
export interface RecordedDecision {
  readonly at: number;
  readonly principal: Principal;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly action: string;
  readonly resource: string;
  readonly conditions: Readonly<Record<string, string | readonly string[]>>;
  readonly allowed: boolean;
  readonly reason: string;
}

/** One API call, as the call log keeps it. */
export interface RecordedCall {
  readonly at: number;
  readonly principal: Principal;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  /** Wire code of the refusal; absent when it succeeded. */
  readonly error?: string;
}

/** What every part of the local AWS shares. */
export interface Fabric {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  /** Runs one call: faults, the operation, the log. The same whether it came over HTTP or in process. */
  call(request: CallRequest): Promise<object>;
  service(name: string): Service;
  readonly calls: readonly RecordedCall[];
  readonly decisions: readonly RecordedDecision[];
}
