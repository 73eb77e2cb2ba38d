import type { Aliases } from '../contracts/aliases.ts';
import type { EngineOffer } from '../ports.ts';

/** A protected cache as ElastiCache describes it. */
export interface CacheFacts {
  /** Why it cannot be backed up, if its id does not name one cache of a kind that can. */
  readonly refusal?: string;
  readonly status: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly clusterMode: boolean;
  /** How many it has. */
  readonly shards: number;
  readonly dataTiering: boolean;
  /** The customer's own key that it is encrypted under at rest. */
  readonly kmsKey?: string;
  /** Days that automatic snapshots are kept; 0 means that there are none. */
  readonly snapshotRetentionDays: number;
  /** The parameter `reserved-memory-percent`, if its parameter group changes it. */
  readonly reservedMemoryPercent?: number;
}

/** Types of resources that Redrill's stacks give names of their own to, besides buckets, and whose names doctor looks up. */
export const NAMED_TYPES = [
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::ElastiCache::SubnetGroup',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::StepFunctions::StateMachine',
] as const;
export type NamedType = (typeof NAMED_TYPES)[number];

/** A resource that Redrill's stacks make, with a name of its own. */
export interface FoundBucket {
  readonly name: string;
  /** The KMS key of its default encryption, if it has one. */
  readonly key?: string;
}

/** One of Service Quotas. */
export interface Quota {
  readonly name: string;
  readonly value: number;
}

/** What a role may do, as IAM's policy simulator answers. */
export interface SimulatedAction {
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** Whether the policies of the organisation allow it; undefined if the account is in none. */
  readonly allowedByOrganisation: boolean | undefined;
  /** Whether the role's permissions boundary allows it; undefined if it has none. */
  readonly allowedByBoundary: boolean | undefined;
}

/** One question to the simulator: every action on every resource, with these condition keys in the request. */
export interface Simulation {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** What `redrill doctor` asks AWS about one account and one region, with a person's credentials. It changes nothing. */
export interface DoctorAws {
  /** Resolves if the region takes the credentials. */
  answers(): Promise<void>;
  /** The version of the CDK's bootstrap stack; undefined if there is none. */
  bootstrapVersion(): Promise<string | undefined>;
  /** Whether the account has ElastiCache's service-linked role. */
  hasServiceLinkedRole(): Promise<boolean>;
  /** Those of these buckets that the account has, in this region. */
  bucketsOf(names: readonly string[]): Promise<readonly FoundBucket[]>;
  /**
   * Those of these names that the account has, of one type of CloudFormation's.
   * @param account of the credentials
   */
  taken(type: NamedType, names: readonly string[], account: string): Promise<readonly string[]>;
  /** The environment of a deployed Lambda; undefined if there is none of that name. */
  lambdaEnvironment(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Concurrent executions of the account in this region. */
  concurrentExecutions(): Promise<number>;
  /** @returns undefined if Service Quotas has no value of it, neither applied nor by default */
  quota(serviceCode: string, quotaCode: string): Promise<Quota | undefined>;
  /** ElastiCache nodes of the account in this region, of every engine. */
  cacheNodes(): Promise<number>;
  /** @returns undefined if there is no such cache */
  cache(name: string, aliases?: Aliases): Promise<CacheFacts | undefined>;
  engineOffers(): Promise<readonly EngineOffer[]>;
  /** Whether AWS sells reservations of the node type in this region. */
  isReservable(nodeType: string): Promise<boolean>;
  /** @throws AppError `NotFound` if there is no such role */
  simulate(roleArn: string, simulation: Simulation): Promise<readonly SimulatedAction[]>;
}

/** What `redrill doctor` asks about a deployment in one region. */
export interface DeployedAws {
  hasParameter(name: string): Promise<boolean>;
  /** The sum of one of Redrill's metrics in the last hour; undefined without any measurement. */
  lastHour(metric: string): Promise<number | undefined>;
  /** Puts an alarm into ALARM until its next evaluation, so that its actions are taken. */
  raise(alarm: string): Promise<void>;
}
