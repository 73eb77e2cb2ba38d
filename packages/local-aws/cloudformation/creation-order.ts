import { ServiceError } from '../model/service.ts';
import { referencesIn } from './intrinsics.ts';
import type { Template, TemplateResource } from './template.ts';

/**
 * A template's resources, each after those it refers to or depends on; otherwise in the template's order.
 * @throws ServiceError `ValidationError` for a cycle, or a dependency that does not exist
 */
export function creationOrder(template: Template): readonly TemplateResource[] {
  const byId = new Map(template.resources.map((resource) => [resource.logicalId, resource]));
  const ordered = new Set<TemplateResource>();
  const visit = (resource: TemplateResource, path: readonly string[]) => {
    if (ordered.has(resource)) return;
    if (path.includes(resource.logicalId)) throw circular(path);
    for (const earlier of prerequisites(resource, byId)) visit(earlier, [...path, resource.logicalId]);
    ordered.add(resource);
  };
  for (const resource of template.resources) visit(resource, []);
  return [...ordered];
}

/** Logical ids of the resources that one refers to or depends on. */
export function prerequisiteIds(resource: TemplateResource, template: Template): readonly string[] {
  const ids = new Set([...resource.dependsOn, ...referencesIn(resource.properties)]);
  return template.resources.map(({ logicalId }) => logicalId).filter((logicalId) => ids.has(logicalId));
}

function prerequisites(
  resource: TemplateResource,
  byId: ReadonlyMap<string, TemplateResource>,
): readonly TemplateResource[] {
  const declared = resource.dependsOn.map((logicalId) => {
    const earlier = byId.get(logicalId);
    if (earlier === undefined) {
      throw new ServiceError(
        'ValidationError',
        `Template error: Unresolved resource dependencies [${logicalId}]`,
      );
    }
    return earlier;
  });
  const referred = referencesIn(resource.properties).flatMap((name) => byId.get(name) ?? []);
  return [...declared, ...referred];
}

function circular(path: readonly string[]): ServiceError {
  return new ServiceError('ValidationError', `Circular dependency between resources: [${path.join(', ')}]`);
}
