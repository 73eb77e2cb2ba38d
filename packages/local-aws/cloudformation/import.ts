import type { TemplateResource } from './template.ts';
import { UPDATE_REQUIRES } from './update-requires.ts';

/**
 * Whether a deployment with `--import-existing-resources` looks for the resource before it creates it: its name is written
 * out in the template (no function, no reference), and its deletion policy keeps it. That it belongs to no other stack,
 * and that the type can be imported at all, is seen when it is looked for.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
export function importable({ type, properties, deletionPolicy }: TemplateResource): boolean {
  const name = UPDATE_REQUIRES[type]?.name;
  return name !== undefined && typeof properties[name] === 'string' && deletionPolicy !== 'Delete';
}
