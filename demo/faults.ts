import type { LocalAws } from '@redrill/local-aws';
import { landingKeys } from '../core/model/keys.ts';
import { snapshotNameOf } from '../core/model/names.ts';
import type { Slot } from '../core/model/slot.ts';
import type { Demo } from './demo.ts';

export interface DemoFault {
  readonly about: string;
  /** Before the slot is due. */
  arm?(aws: LocalAws): void;
  /** Once the victim's backup is over, and before anybody looks for its export. */
  strike?(demo: Demo, slot: Slot): Promise<void>;
}

/** The cache that the faults befall. */
export const FAULT_VICTIM = 'orders';

/** What `npm start -- --fault <name>` can break. Each must end in the right verdict and an alert, or heal by itself. */
export const DEMO_FAULTS: Readonly<Record<string, DemoFault>> = {
  'flipped-byte': {
    about: 'one byte inside a value of an exported file is changed',
    arm: ({ faults }) =>
      faults.arm({
        kind: 'flip-byte',
        service: 'elasticache',
        operation: 'CopySnapshot',
        resource: FAULT_VICTIM,
      }),
  },
  'missing-shard': {
    about: 'one shard’s file is gone from the landing bucket after the export was sealed',
    strike: async ({ call, landingBucket, source }, slot) => {
      const Key = landingKeys.shard(snapshotNameOf(FAULT_VICTIM, slot), 2);
      await call('s3', 'DeleteObject', source.region, { Bucket: landingBucket, Key });
    },
  },
  'stuck-snapshot': {
    about: 'a snapshot never leaves the status creating',
    arm: ({ faults }) =>
      faults.arm({
        kind: 'freeze',
        service: 'elasticache',
        operation: 'CreateSnapshot',
        resource: FAULT_VICTIM,
      }),
  },
  'dead-drill': {
    about: 'a drill’s cluster never comes up',
    arm: ({ faults }) =>
      faults.arm({
        kind: 'freeze',
        service: 'elasticache',
        operation: 'CreateReplicationGroup',
        resource: `redrill-drill-${FAULT_VICTIM}`,
      }),
  },
  'throttled-api': {
    about: 'ElastiCache throttles for a while; it recovers by itself, without an alert',
    arm: ({ faults }) => {
      const error = { code: 'Throttling', message: 'Rate exceeded', status: 400 };
      for (const operation of [
        'CreateSnapshot',
        'DescribeSnapshots',
        'CopySnapshot',
        'CreateReplicationGroup',
      ]) {
        faults.arm({ kind: 'error', service: 'elasticache', operation, times: 8, error });
      }
    },
  },
};
