import type { VirtualClock } from '../../clock.ts';
import type { Readings } from '../../readings.ts';
import type { Buckets } from './buckets.ts';
import type { Content, ContentStore } from './content-store.ts';
import type { KmsAuthority } from './encryption.ts';

/** What every S3 operation works on. */
export interface S3State {
  readonly clock: VirtualClock;
  readonly buckets: Buckets;
  readonly store: ContentStore;
  readonly kms: KmsAuthority;
  readonly readings: Readings;
}

/** Deletes bytes that nothing refers to any more, in the background; the clock waits for it. */
export function discardContent(state: S3State, content: Content): void {
  void state.clock.track(state.store.discard(content));
}
