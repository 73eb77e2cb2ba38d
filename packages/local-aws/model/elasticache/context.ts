import type { VirtualClock } from '../../clock.ts';
import type { FaultKind, Faults } from '../../faults.ts';
import type { Readings } from '../../readings.ts';
import type { TlsFiles } from '../../redis/certificate.ts';
import type { ServerBinary } from '../../redis/server-binary.ts';
import type { Network } from '../ec2-network.ts';
import type { Kms } from '../kms.ts';
import type { Span, Step } from './durations.ts';
import type { Place } from './names.ts';
import type { SnapshotStore } from './snapshot-store.ts';
import type { EventRecord, RegionState } from './state.ts';

/** Nodes that ElastiCache does not have: of this type, in this zone, in all zones by default. */
export interface Shortage {
  readonly nodeType: string;
  readonly zone?: string;
}

/** What ElastiCache needs of KMS. */
export type KeyGrants = Pick<Kms, 'authorizeGrant'>;

export interface ElastiCacheOptions {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  /** Where the processes and snapshots keep their files. Absolute; made if need be. */
  readonly dataDir: string;
  readonly s3: SnapshotStore;
  /** For keys of the customers' own. */
  readonly keys: KeyGrants;
  /** For the subnets and security groups that requests name. */
  readonly network: Network;
  /** Nodes that an account may have in a region. @default ElastiCache's own, 300 */
  readonly nodeQuota?: (place: Place) => number;
  /** @default guesses, see durations.ts */
  readonly durations?: Partial<Record<Step, Span>>;
  /** From which durations are drawn. @default 'redrill' */
  readonly seed?: string;
  /** Memory of a node type, bytes; for tests that cannot fill a real one. @default ElastiCache's own figures */
  readonly maxMemoryBytes?: (nodeType: string) => number | undefined;
  /** Bytes that a limit of a serverless cache in gigabytes is; for tests that cannot fill one. @default 10^9 each */
  readonly bytesOfGigabytes?: (gigabytes: number) => number;
  /** Answers to what AWS's documentation leaves open. @default the usual ones */
  readonly readings?: Readings;
  /** The server program. @default the one that findServer finds */
  readonly server?: ServerBinary;
}

/** What the operations share. */
export interface Context {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly s3: SnapshotStore;
  readonly keys: KeyGrants;
  readonly network: Network;
  readonly readings: Readings;
  /** What there is no capacity for, in all accounts and regions. */
  readonly shortages: readonly Shortage[];
  stateOf(place: Place): RegionState;
  maxMemoryBytes(nodeType: string): number | undefined;
  bytesOfGigabytes(gigabytes: number): number;
  nodeQuota(place: Place): number;
  server(): Promise<ServerBinary>;
  tls(): Promise<TlsFiles>;
  /** A folder that no other call got. */
  newFolder(kind: 'group' | 'snapshot' | 'seed' | 'serverless'): string;
  durationMs(step: Step, name: string): number;
  /** Whether a fault of this kind is to strike now. */
  strikes(kind: FaultKind, operation: string, region: string, resource: string): boolean;
  tell(state: RegionState, event: Omit<EventRecord, 'at'>): void;
}

/** Runs `settle` once this much virtual time has passed and `work` is done; the clock stands still while it settles. */
export function whenDone<T>(
  { clock }: Context,
  work: Promise<T>,
  delayMs: number,
  settle: (outcome: PromiseSettledResult<T>) => Promise<void> | void,
): void {
  const outcome = clock.track(work).then<PromiseSettledResult<T>, PromiseSettledResult<T>>(
    (value) => ({ status: 'fulfilled', value }),
    (reason: unknown) => ({ status: 'rejected', reason }),
  );
  clock.at(clock.now() + delayMs, () => {
    void clock.track(async () => settle(await outcome));
  });
}
