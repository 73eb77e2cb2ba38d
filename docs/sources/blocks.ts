import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixedCost, type Line, monthlyCost, total } from '../../cli/plan/cost.ts';
import { PRICES } from '../../cli/plan/prices.ts';
import type { Templates } from '../../cli/plan/templates.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { isProtected } from '../../core/contracts/plan.ts';
import { presets } from '../../core/contracts/presets.ts';
import { EXAMPLE_CONFIG, EXAMPLES } from './cost.ts';
import { modelled } from './local-aws.ts';
import { statusBlock } from './status.ts';
import { table } from './table.ts';

export const PROJECT = join(import.meta.dirname, '../..');

const usd = (value: number) => (value < 0.005 ? '< 0.01' : value.toFixed(2));

/** The parts of README.md that are computed. */
export function readmeBlocks(templates: Templates): Readonly<Record<string, string>> {
  return { status: statusBlock(), cost: costInShort(templates) };
}

/** The parts of docs/configure.md that are computed. */
export function configureBlocks(): Readonly<Record<string, string>> {
  return { presets: presetTable(), example: exampleConfig(), refused: refusedConfig() };
}

function presetTable(): string {
  const rows = Object.entries(presets).map(([name, plan]) => {
    const parsed = parseConfig({ ...MINIMAL, plans: { plan } }).plans.plan;
    if (parsed === undefined || !isProtected(parsed))
      return [`\`${name}\``, 'never', '–', '–', '–', '–', '–'];
    const { every, rpo, rto, keep, drill, minimumRedundancy } = parsed;
    const kept = [keep.hourly, keep.daily, keep.weekly, keep.monthly].join(' / ');
    return [
      `\`${name}\``,
      every,
      rpo,
      rto,
      kept,
      `${minimumRedundancy}`,
      `${drill.schedule}, ${drill.nodeType}`,
    ];
  });
  return table(
    [
      'preset',
      'backup every',
      'RPO',
      'RTO',
      'kept: hourly / daily / weekly / monthly',
      'never fewer than',
      'drill',
    ],
    rows,
  );
}

const MINIMAL = { source: { region: 'eu-west-1' }, vault: { region: 'eu-central-1' } };

function exampleConfig(): string {
  const text = readFileSync(join(PROJECT, 'examples/redrill.config.ts'), 'utf8').trimEnd();
  return ['```ts', text.replaceAll("'../core/", "'./core/"), '```'].join('\n');
}

/** What a person sees who asks for too much. */
function refusedConfig(): string {
  const plan = {
    ...presets.eventLog,
    every: '1h',
    rpo: '30m',
    drill: { schedule: 'daily', nodeType: 'cache.t4g.small' },
    largestShardGib: 4,
  };
  try {
    parseConfig({ ...MINIMAL, plans: { audit: plan }, caches: { orders: 'audits' } });
  } catch (error) {
    return ['```', error instanceof Error ? error.message : String(error), '```'].join('\n');
  }
  throw new Error('the example of a refused configuration was accepted');
}

const costsOf = (templates: Templates) =>
  EXAMPLES.map((example) => monthlyCost(example, { config: EXAMPLE_CONFIG, templates }));

function costInShort(templates: Templates): string {
  const perCache = costsOf(templates).map((lines, index) => [EXAMPLES[index]?.title ?? '', wholeUsd(lines)]);
  return table(
    ['what', 'USD per month'],
    [...perCache, ['once per installation', wholeUsd(fixedCost(templates))]],
  );
}

const wholeUsd = (lines: readonly Line[]) => total(lines).toFixed(0);

function costTable(templates: Templates): string {
  const costs = costsOf(templates);
  const fixed = fixedCost(templates);
  const whats = costs[0]?.map(({ what }) => what) ?? [];
  const cell = (lines: readonly Line[], what: string) =>
    usd(lines.find((line) => line.what === what)?.usd ?? 0);
  return table(
    ['USD per month', ...EXAMPLES.map(({ title }) => title)],
    [
      ...whats.map((what) => [what, ...costs.map((lines) => cell(lines, what))]),
      ['**per cache**', ...costs.map((lines) => `**${usd(total(lines))}**`)],
      ['once per installation', ...costs.map(() => usd(total(fixed)))],
    ],
  );
}

/** docs/cost.md's tables. */
export function costBlocks(templates: Templates): Readonly<Record<string, string>> {
  const lines = (all: readonly Line[]) =>
    table(
      ['what', 'how much', 'USD per month'],
      [
        ...all.map(({ what, how, usd: value }) => [what, how, usd(value)]),
        ['**sum**', '', `**${usd(total(all))}**`],
      ],
    );
  return {
    summary: costTable(templates),
    prices: table(
      ['USD', 'per', 'source', ''],
      Object.values(PRICES).map((price) => [
        `${price.usd}`,
        price.unit,
        price.source,
        price.uncertain ? 'uncertain' : '',
      ]),
    ),
    'session-store': lines(
      monthlyCost(EXAMPLES[0] as (typeof EXAMPLES)[number], { config: EXAMPLE_CONFIG, templates }),
    ),
    'event-log': lines(
      monthlyCost(EXAMPLES[1] as (typeof EXAMPLES)[number], { config: EXAMPLE_CONFIG, templates }),
    ),
    installation: lines(fixedCost(templates)),
  };
}

/** packages/local-aws/README.md's lists. */
export async function localBlocks(): Promise<Readonly<Record<string, string>>> {
  const { operations, resourceTypes } = await modelled();
  const perService = Object.entries(operations).map(([service, names]) => [
    `operations-${service}`,
    names.map((name) => `\`${name}\``).join(', '),
  ]);
  const types = resourceTypes.map(({ type, properties }) => [`\`${type}\``, properties.join(', ')]);
  return { ...Object.fromEntries(perService), 'resource-types': table(['type', 'properties'], types) };
}
