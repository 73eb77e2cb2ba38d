import type { StackArtifact } from './assembly.ts';
import { changeOf, keeps, refuseOtherTypes, removedBy } from './changes.ts';
import { creationOrder, prerequisiteIds } from './creation-order.ts';
import { importable } from './import.ts';
import { type References, resolve } from './intrinsics.ts';
import type { Resources } from './resources.ts';
import type { DeployedResource, DeployedStack, ResourceStatus, StackEvent } from './stack.ts';
import type { TemplateResource } from './template.ts';

/** A change that was made: what a rollback takes back. */
interface Made {
  readonly kind: 'created' | 'imported' | 'updated' | 'replaced';
  readonly before: DeployedResource | undefined;
  readonly now: DeployedResource;
}

export interface DeploymentSettings {
  readonly resources: Resources;
  readonly artifact: StackArtifact;
  /** What the stack was before; `undefined` for a stack that is created. */
  readonly before:
    | { readonly artifact: StackArtifact; readonly resources: readonly DeployedResource[] }
    | undefined;
  /** Reads what {@link Deployment.current} holds. */
  readonly references: (current: ReadonlyMap<string, DeployedResource>) => References;
  /** Distinguishes the resources that a logical id has had in turn. */
  readonly nextGeneration: (logicalId: string) => string;
  /** Whether a resource of that type and `Ref` belongs to a stack. */
  readonly belongsToStack: (type: string, ref: string) => boolean;
  readonly importExisting: boolean;
  /** Gets every event as it happens. */
  readonly log: DeployedStack['log'];
  /** Virtual time, ms since the epoch. */
  readonly now: () => number;
  /** Between two resources, where time may pass. */
  readonly pause: () => Promise<void>;
}

/**
 * Brings one stack to its template: replacements before what they replace goes, deletions last. What fails is taken back.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-monitor-stack.html
 */
export class Deployment {
  readonly events: StackEvent[] = [];
  readonly #settings: DeploymentSettings;
  readonly #before: ReadonlyMap<string, DeployedResource>;
  readonly #made: Made[] = [];
  /** By logical id, in the order of creation. */
  #current = new Map<string, DeployedResource>();

  constructor(settings: DeploymentSettings) {
    this.#settings = settings;
    this.#before = new Map(settings.before?.resources.map((resource) => [resource.logicalId, resource]));
  }

  get current(): readonly DeployedResource[] {
    return [...this.#current.values()];
  }

  get references(): References {
    return this.#settings.references(this.#current);
  }

  /** Creates, changes and replaces what the template says; rejects at the first resource that fails. */
  async apply(): Promise<void> {
    const { artifact, before } = this.#settings;
    refuseOtherTypes(before?.resources ?? [], artifact.template);
    for (const resource of creationOrder(artifact.template)) {
      try {
        await this.#apply(resource);
      } catch (error) {
        const operation = this.#before.has(resource.logicalId) ? 'UPDATE' : 'CREATE';
        this.#record({ ...resource, ref: '' }, `${operation}_FAILED`, error);
        throw error;
      }
    }
  }

  async #apply(resource: TemplateResource): Promise<void> {
    const { logicalId } = resource;
    const properties: Record<string, unknown> = { ...Object(resolve(resource.properties, this.references)) };
    const before = this.#before.get(logicalId);
    const change = changeOf(before, properties);
    if (before !== undefined && change === 'keep') {
      this.#current.set(logicalId, { ...before, ...this.#described(resource) });
      return;
    }
    await this.#settings.pause();
    if (before !== undefined && change === 'update') return this.#update(resource, properties, before);
    return this.#create(resource, properties, before);
  }

  async #update(
    resource: TemplateResource,
    properties: DeployedResource['properties'],
    before: DeployedResource,
  ): Promise<void> {
    const { resources, artifact } = this.#settings;
    const declared = { ...before, ...this.#described(resource), properties };
    const now = { ...declared, ...(await resources.update(declared, artifact, before)) };
    this.#done({ kind: 'updated', before, now }, 'UPDATE_COMPLETE');
  }

  async #create(
    resource: TemplateResource,
    properties: DeployedResource['properties'],
    before: DeployedResource | undefined,
  ): Promise<void> {
    const { resources, artifact, nextGeneration } = this.#settings;
    const { logicalId, type } = resource;
    const declared = { logicalId, type, properties, ...this.#described(resource) };
    const found = this.#found(resource, { ...declared, generation: '' });
    if (found !== undefined) {
      this.#done(
        { kind: 'imported', before, now: { ...declared, ...found, generation: '' } },
        'IMPORT_COMPLETE',
      );
      return;
    }
    const named = { ...declared, generation: nextGeneration(logicalId) };
    const now = { ...named, ...(await resources.create(named, artifact)) };
    const replaced = before !== undefined;
    this.#done(
      { kind: replaced ? 'replaced' : 'created', before, now },
      replaced ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE',
    );
  }

  #found(resource: TemplateResource, declared: Parameters<Resources['find']>[0]) {
    const { resources, artifact, importExisting, belongsToStack } = this.#settings;
    if (!importExisting || !importable(resource)) return undefined;
    const found = resources.find(declared, artifact);
    return found === undefined || belongsToStack(resource.type, found.ref) ? undefined : found;
  }

  #described(resource: TemplateResource) {
    const { deletionPolicy, updateReplacePolicy } = resource;
    const prerequisites = prerequisiteIds(resource, this.#settings.artifact.template);
    return { deletionPolicy, updateReplacePolicy, prerequisites };
  }

  #done(made: Made, status: ResourceStatus): void {
    this.#made.push(made);
    this.#current.set(made.now.logicalId, made.now);
    this.#record(made.now, status);
  }

  /**
   * Deletes what was replaced and what the template no longer has. What cannot be deleted stays behind, and the update is
   * complete all the same.
   */
  async cleanUp(): Promise<void> {
    const replaced = this.#made.flatMap(({ kind, before }) =>
      kind === 'replaced' && before !== undefined
        ? [{ resource: before, policy: before.updateReplacePolicy }]
        : [],
    );
    const removed = removedBy(this.#settings.artifact.template, [...this.#before.values()]);
    const going = [
      ...removed.map((resource) => ({ resource, policy: resource.deletionPolicy })),
      ...replaced.reverse(),
    ];
    await this.#deleteAll(
      going.map(({ resource, policy }) => ({ resource, kept: keeps(policy, 'any other') })),
    );
  }

  /** Takes a creation back. @returns what is left: what is kept on purpose does not count */
  async rollBackCreation(): Promise<readonly DeployedResource[]> {
    return this.#deleteAll(
      [...this.#made].reverse().map(({ kind, now }) => ({
        resource: now,
        kept: kind === 'imported' || keeps(now.deletionPolicy, 'rolled-back creation'),
      })),
    );
  }

  /** Takes an update back: first what was changed is changed back, then what was created goes. @returns what failed */
  async rollBackUpdate(): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    const { resources, before: previous } = this.#settings;
    if (previous === undefined) return failures;
    for (const { kind, before, now } of this.#made) {
      if (kind !== 'updated' || before === undefined) continue;
      try {
        await this.#settings.pause();
        await resources.update(before, previous.artifact, now);
        this.#record(before, 'UPDATE_COMPLETE');
      } catch (error) {
        failures.push(error);
        this.#record(before, 'UPDATE_FAILED', error);
      }
    }
    if (failures.length > 0) return failures;
    this.#current = new Map(this.#before);
    await this.#deleteAll(
      [...this.#made].reverse().flatMap(({ kind, now }) => {
        if (kind === 'updated') return [];
        return [
          { resource: now, kept: kind === 'imported' || keeps(now.deletionPolicy, 'rolled-back creation') },
        ];
      }),
    );
    return failures;
  }

  /** Deletes a whole stack. @returns what is left because it could not be deleted */
  async deleteStack(resources: readonly DeployedResource[]): Promise<readonly DeployedResource[]> {
    const reversed = [...resources].reverse();
    return this.#deleteAll(
      reversed.map((resource) => ({ resource, kept: keeps(resource.deletionPolicy, 'any other') })),
    );
  }

  /** One after the other; what something needs that could not be deleted is not tried. */
  async #deleteAll(
    going: readonly { readonly resource: DeployedResource; readonly kept: boolean }[],
  ): Promise<readonly DeployedResource[]> {
    const left: DeployedResource[] = [];
    for (const { resource, kept } of going) {
      if (kept) {
        this.#record(resource, 'DELETE_SKIPPED');
        continue;
      }
      if (left.some(({ prerequisites }) => prerequisites.includes(resource.logicalId))) {
        left.push(resource);
        continue;
      }
      try {
        await this.#settings.pause();
        await this.#settings.resources.delete(resource);
        this.#record(resource, 'DELETE_COMPLETE');
      } catch (error) {
        left.push(resource);
        this.#record(resource, 'DELETE_FAILED', error);
      }
    }
    return left;
  }

  #record(
    { logicalId, type, ref }: Pick<DeployedResource, 'logicalId' | 'type' | 'ref'>,
    status: ResourceStatus,
    error?: unknown,
  ): void {
    const reason =
      error === undefined ? {} : { reason: error instanceof Error ? error.message : String(error) };
    const event = { logicalId, type, physicalId: ref, status, at: this.#settings.now(), ...reason };
    this.events.push(event);
    this.#settings.log.push(event);
  }
}
