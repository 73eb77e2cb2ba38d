import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { UNSETTLED, UPDATE_REQUIRES } from '../../cloudformation/update-requires.ts';

const ROOT = join(import.meta.dirname, '../../../..');

interface Specification {
  readonly cloudFormationType: string;
  readonly properties: Readonly<Record<string, { readonly causesReplacement?: 'yes' | 'no' | 'maybe' }>>;
}

/** The CloudFormation resource specification that the pinned CDK CLI decides with what `cdk diff` shows as replaced. */
function specifications(): ReadonlyMap<string, Specification> {
  const text = gunzipSync(readFileSync(join(ROOT, 'node_modules/aws-cdk/db.json.gz'))).toString();
  const { schema }: { schema: { resource: { entities: readonly Specification[] } } } = JSON.parse(text);
  return new Map(schema.resource.entities.map((entity) => [entity.cloudFormationType, entity]));
}

/** Properties of each modelled type, from the table that packages/local-aws/README.md has of them. */
function modelled(): readonly (readonly [type: string, properties: readonly string[]])[] {
  const readme = readFileSync(join(ROOT, 'packages/local-aws/README.md'), 'utf8');
  return [...readme.matchAll(/^\| `(AWS::[^`]+)` \| ([^|]+) \|$/gm)].map(([, type = '', properties = '']) => [
    type,
    properties.trim().split(', '),
  ]);
}

const specification = specifications();

it.each(modelled())('%s is replaced by the changes that AWS says replace it', (type, properties) => {
  const declared = specification.get(type)?.properties ?? {};
  const thatCause = (kind: string) =>
    properties.filter((property) => declared[property]?.causesReplacement === kind).sort();
  const replacement = UPDATE_REQUIRES[type]?.replacement.filter((property) => properties.includes(property));
  expect(replacement === undefined ? [] : [...replacement].sort()).toEqual(thatCause('yes'));
  expect(UNSETTLED[type] ?? []).toEqual(expect.arrayContaining(thatCause('maybe')));
});
