import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { genericConfig } from '../../cli/template/generic-config.ts';
import { filesIn, writeTemplates } from '../../cli/template/write-templates.ts';
import { zip } from '../../cli/template/zip.ts';
import type { BuiltLambdas } from '../../lib/lambda/bundles.ts';

/** The regions of the caches and of the vault. */
export type RegionPair = readonly [source: string, vault: string];

/** Of which a release has the templates; the names of resources, and the Lambdas' code, hold both regions. */
export const REGION_PAIRS: readonly RegionPair[] = [
  ['us-east-1', 'us-west-2'],
  ['eu-west-1', 'eu-central-1'],
  ['ap-southeast-1', 'ap-northeast-1'],
];

interface Archives {
  readonly pairs: readonly RegionPair[];
  readonly version: string;
  readonly lambdas: BuiltLambdas;
}

/** Writes what `redrill template` makes, for each pair as one zip archive. @returns a line about each, for people */
export function writeTemplateArchives({ pairs, version, lambdas }: Archives, out: string): readonly string[] {
  return pairs.map(([source, vault]) => {
    const name = `redrill-templates-${version}-${source}-${vault}`;
    const folder = mkdtempSync(join(tmpdir(), 'redrill-archive-'));
    try {
      // test/infra checks the templates.
      writeTemplates({ config: genericConfig({ source, vault }), out: folder, lambdas, checked: false });
      const files = filesIn(folder).map((file) => ({ ...file, name: `${name}/${file.name}` }));
      const archive = zip(files);
      writeFileSync(join(out, `${name}.zip`), archive);
      return `${name}.zip  ${files.length} files, ${(archive.length / 1e6).toFixed(1)} MB`;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
