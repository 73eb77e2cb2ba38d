import type { Answers } from './answers.ts';
import { drillNodeFor } from './drill-node.ts';
import type { ListedCache } from './listed-cache.ts';
import { PRESET_NAMES, type PresetName, planNameOf } from './propose-preset.ts';

/** What a configuration imports: the package, from wherever it is installed. */
const MODULE = 'redrill/config';

/** A cache and what protects it. */
export interface ChosenCache {
  readonly cache: ListedCache;
  readonly preset: PresetName;
}

export interface ConfigContent {
  readonly answers: Answers & { readonly source: string; readonly vault: string };
  readonly chosen: readonly ChosenCache[];
  /** Caches that cannot be protected, and why. */
  readonly unprotectable: readonly { readonly id: string; readonly because: string }[];
}

/** The text of a configuration: JavaScript that every Node loads, and that editors check by its first line. */
export function configText({ answers, chosen, unprotectable }: ConfigContent): string {
  const { source, vault, account, vaultAccount, emails = [] } = answers;
  const lines = [
    ...(account === undefined ? [] : [`account: ${quoted(account)},`]),
    ...sourceLines(source, chosen),
    `vault: { region: ${quoted(vault)}${vaultAccount === undefined ? '' : `, account: ${quoted(vaultAccount)}`} },`,
    'plans: {',
    ...PRESET_NAMES.flatMap((preset) => planLines(preset, chosen)).map((line) => `  ${line}`),
    '},',
    '// By the id of the replication group, or of the cluster outside a group. A cache that has the tag `redrill:plan` with the name of a plan is protected as well.',
    ...unprotectable.map(({ id, because }) => `// Not protected: ${id}. ${because}.`),
    ...block(
      'caches',
      chosen.map(({ cache, preset }) => `${property(cache.id)}: ${quoted(planNameOf(preset))},`),
    ),
    `alerts: { emails: [${emails.map(quoted).join(', ')}] },`,
  ];
  return [
    '// @ts-check',
    `import { defineConfig, presets } from ${quoted(MODULE)};`,
    '',
    '/** What is protected, how often, how long it is kept, and who is told. Deploy after a change. */',
    'export default defineConfig({',
    ...lines.map((line) => `  ${line}`),
    '});',
    '',
  ].join('\n');
}

/** Keys that ElastiCache encrypts the snapshots with. An alias or an id alone is not listed: only KMS knows the key's ARN. */
function sourceLines(region: string, chosen: readonly ChosenCache[]): readonly string[] {
  const keys = new Set(
    chosen.flatMap(({ cache: { kmsKey }, preset }) =>
      preset !== 'pureCache' && kmsKey?.includes(':key/') ? [kmsKey] : [],
    ),
  );
  if (keys.size === 0) return [`source: { region: ${quoted(region)} },`];
  return [
    'source: {',
    `  region: ${quoted(region)},`,
    '  // The keys that the caches below are encrypted with.',
    '  kmsKeys: [',
    ...[...keys].map((key) => `    ${quoted(key)},`),
    '  ],',
    '},',
  ];
}

function planLines(preset: PresetName, chosen: readonly ChosenCache[]): readonly string[] {
  const name = property(planNameOf(preset));
  const caches = chosen.filter((each) => each.preset === preset).map(({ cache }) => cache);
  const drill = drillNodeFor(preset, caches);
  if (drill === undefined) return [`${name}: presets.${preset},`];
  return [
    `${name}: {`,
    `  ...presets.${preset},`,
    '  // Drills hold the largest of these caches when it is full. If the caches hold less, a smaller node costs less.',
    '  drill: {',
    `    ...presets.${preset}.drill,`,
    `    nodeType: ${quoted(drill.nodeType)},`,
    `    fallbackNodeTypes: [${drill.fallbackNodeTypes.map(quoted).join(', ')}],`,
    '  },',
    '},',
  ];
}

function block(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [`${name}: {},`] : [`${name}: {`, ...lines.map((line) => `  ${line}`), '},'];
}

const property = (name: string) => (/^[a-z][a-z0-9]*$/.test(name) ? name : quoted(name));
const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
