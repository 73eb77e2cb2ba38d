import { LAYERS } from '../../test/unit/layers.ts';
import { table } from './table.ts';

/** AGENTS.md's table: which folder may import which. Tests, tools and fixtures inside a package are left out. */
export function layerBlocks(): Readonly<Record<string, string>> {
  const shown = LAYERS.filter(({ folder }) => !/^packages\/\w+\//.test(folder));
  const rows = shown.map(({ folder, own, npm }) => [
    `[${folder}](${folder}/README.md)`,
    listed(own, 'nothing'),
    npm === undefined ? 'any' : listed(npm, 'none'),
  ]);
  return { layers: table(['folder', 'may import', 'npm packages'], rows) };
}

const listed = (names: readonly string[], none: string) =>
  names.length === 0 ? none : names.map((name) => `\`${name}\``).join(', ');
