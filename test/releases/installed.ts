import type { Deployable } from '../e2e/world.ts';
import { MINUTE_MS, World } from '../e2e/world.ts';
import type { Release } from './release.ts';
import { type BucketName, restoreVersions } from './stored-versions.ts';

/** The buckets of an installation in which anything is stored. */
export function bucketsOf({ demo, stagingBucket }: World): Readonly<Record<BucketName, string>> {
  return { landing: demo.landingBucket, vault: demo.vaultBucket, staging: stagingBucket };
}

/** Another release, deployed over what an earlier one has stored, a few minutes after that one's last work. */
export async function worldOn(release: Release, deployed: Deployable): Promise<World> {
  const startsAt = Date.parse(release.promises.endsAt) + 5 * MINUTE_MS;
  const world = await World.start({ startsAt, deployed });
  const { call, vault } = world.demo;
  const alias = 'alias/redrill-vault';
  const { Aliases } = (await call('kms', 'ListAliases', vault.region, {})) as {
    readonly Aliases: readonly { readonly AliasName: string; readonly TargetKeyId: string }[];
  };
  const id = Aliases.find(({ AliasName }) => AliasName === alias)?.TargetKeyId;
  if (id === undefined) throw new Error(`there is no ${alias}`);
  const keyArn = `arn:aws:kms:${vault.region}:${vault.account}:key/${id}`;
  restoreVersions(release.stored(), world.aws, { names: bucketsOf(world), keyArn });
  return world;
}
