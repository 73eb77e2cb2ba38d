import type { StackArtifact } from './assembly.ts';
import type { StackIdentity } from './resource.ts';
import type { DeletionPolicy } from './template.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html (stack status codes) */
export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | 'CREATE_IN_PROGRESS'
  | 'ROLLBACK_IN_PROGRESS'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'DELETE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

export type ResourceStatus =
  | `${'CREATE' | 'UPDATE' | 'DELETE' | 'IMPORT'}_${'COMPLETE' | 'FAILED'}`
  | 'DELETE_SKIPPED';

/** What a deployment did to a resource, as DescribeStackEvents tells it; without the `…_IN_PROGRESS` before. */
export interface StackEvent {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: ResourceStatus;
  /** Virtual time, ms since the epoch. */
  readonly at: number;
  /** Why it failed. */
  readonly reason?: string;
}

/** What the stack itself came to be. */
export interface StackChange {
  readonly status: StackStatus;
  readonly at: number;
  readonly reason?: string;
}

export interface DeployedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Intrinsics resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
  /** Which of the resources of this logical id it is: distinguishes the names and ids that are generated. */
  readonly generation: string;
  /** Logical ids that it refers to or depends on. */
  readonly prerequisites: readonly string[];
}

/** What a stack is between deployments. */
export interface DeployedStack extends StackIdentity {
  readonly stackId: string;
  readonly status: StackStatus;
  /** In the order of their creation. */
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Of all its deployments, oldest first. */
  readonly events: readonly StackEvent[];
  /** The same and what the stack itself came to be; grows while a deployment is under way. */
  readonly log: (StackEvent | StackChange)[];
  /** Values of the template's parameters, as text. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Virtual time, ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt?: number;
  /** Where it was deployed from: a rollback finds its assets there. */
  readonly artifact: StackArtifact;
}
