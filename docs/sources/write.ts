import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesise } from '../../cli/plan/templates.ts';
import { alertBlocks } from './alerts.ts';
import { assumptionBlocks } from './assumptions.ts';
import { attackBlocks } from './attacks.ts';
import { configureBlocks, costBlocks, localBlocks, PROJECT, readmeBlocks } from './blocks.ts';
import { EXAMPLE_CONFIG } from './cost.ts';
import { eventBlocks, eventSchemas } from './events.ts';
import { layerBlocks } from './layers.ts';
import { metricBlocks } from './metrics.ts';
import { errorBlocks, limitBlocks } from './reference.ts';
import { simulationBlocks } from './simulation.ts';
import { statusBlock } from './status.ts';

/**
 * Fills the computed parts of the documents: `npm run docs`. What is between
 * `<!-- computed: name -->` and `<!-- end -->` is replaced; a test fails when it is not what it should be.
 */

export interface ComputedDocument {
  /** From the root of the project. */
  readonly file: string;
  readonly text: string;
  readonly computed: string;
}

export async function computedDocuments(): Promise<readonly ComputedDocument[]> {
  const templates = synthesise(EXAMPLE_CONFIG);
  const blocks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'README.md': readmeBlocks(templates),
    'AGENTS.md': layerBlocks(),
    'docs/configure.md': configureBlocks(),
    'docs/operate.md': { status: statusBlock() },
    'docs/cost.md': costBlocks(templates),
    'docs/alerts.md': alertBlocks(templates),
    'docs/limits.md': limitBlocks(templates),
    'docs/errors.md': errorBlocks(),
    'docs/events.md': eventBlocks(),
    'docs/metrics.md': metricBlocks(),
    'docs/attacks.md': attackBlocks(),
    'docs/assumptions.md': assumptionBlocks(),
    'packages/local-aws/README.md': await localBlocks(),
    'docs/simulation.md': simulationBlocks(),
  };
  const pages = Object.entries(blocks).map(([file, of]) => {
    const text = readFileSync(join(PROJECT, file), 'utf8');
    return { file, text, computed: filled(file, text, of) };
  });
  const schemas = Object.entries(eventSchemas()).map(([file, computed]) => {
    const path = join(PROJECT, file);
    return { file, text: existsSync(path) ? readFileSync(path, 'utf8') : '', computed };
  });
  return [...pages, ...schemas];
}

function filled(file: string, text: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((sofar, [name, content]) => {
    const begin = `<!-- computed: ${name} -->`;
    const [before, rest] = halves(sofar, begin);
    const after = rest === undefined ? undefined : halves(rest, '<!-- end -->')[1];
    if (after === undefined) throw new Error(`${file} has no ${begin} … <!-- end -->`);
    return `${before}${begin}\n\n${content}\n\n<!-- end -->${after}`;
  }, text);
}

function halves(text: string, at: string): readonly [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + at.length)];
}

if (import.meta.main) {
  for (const { file, text, computed } of await computedDocuments()) {
    if (text === computed) continue;
    writeFileSync(join(PROJECT, file), computed);
    console.log(`${file} written`);
  }
}
