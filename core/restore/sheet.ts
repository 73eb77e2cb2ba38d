import type { TopologyDifference } from '../contracts/drill.ts';
import type { RecoveryPoint } from '../contracts/recovery-point.ts';
import type { RestoreNeed } from '../contracts/restore.ts';
import type { EngineOffer, ParameterGroupView, SubnetGroupView } from '../ports.ts';

/** What stands for AWS's own among names and ids: the default VPC's subnets, and a VPC's default security group. */
export const DEFAULT_NAME = 'default';

/** What a person has chosen; what they have not is as the cache was. */
export interface RestoreChoices {
  readonly to: string;
  readonly region: string;
  readonly stagingBucket: string;
  readonly engine?: string;
  readonly engineVersion?: string;
  /** Whether to make a serverless cache. @default what the cache was, unless a node type is named */
  readonly serverless?: boolean;
  readonly nodeType?: string;
  readonly replicas?: number;
  readonly clusterMode?: 'on' | 'off';
  readonly parameterGroup?: string;
  readonly subnetGroup?: string;
  /** Of a serverless cache: `default`, or their ids. */
  readonly subnets?: readonly string[];
  readonly securityGroups: readonly string[];
  readonly userGroup?: string;
  /** Whether an AUTH token was given. */
  readonly hasToken: boolean;
  /** Whether the restored data will be compared. */
  readonly compares: boolean;
}

/** What the region to restore into offers. */
export interface RegionFacts {
  readonly offers: readonly EngineOffer[];
  /** The one that {@link parameterGroupToLookAt} names, if the region has it. */
  readonly parameterGroup: ParameterGroupView | undefined;
  readonly subnetGroups: readonly SubnetGroupView[];
  /** Ids of those that can be used. */
  readonly userGroups: readonly string[];
  /** The cluster that has the new id already, if there is one, and the recovery point that it was restored from. */
  readonly existing?: {
    readonly status: string;
    readonly restoredFrom: string | undefined;
    readonly isServerless?: true;
  };
}

/** What one setting is decided from, and where it says what people have to know. */
export interface Sheet {
  readonly point: RecoveryPoint;
  readonly choices: RestoreChoices;
  readonly facts: RegionFacts;
  differ(difference: TopologyDifference): void;
  need(need: RestoreNeed): void;
  note(text: string): void;
}
