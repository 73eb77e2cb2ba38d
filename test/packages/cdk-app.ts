import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from './installation.ts';

const ROOT = join(import.meta.dirname, '../..');

/** How a CDK app in TypeScript is built: the ending of its files, and what its tsconfig.json says. */
export interface Shape {
  readonly ending: 'ts' | 'mts' | 'cts';
  readonly options: readonly string[];
}

const NODE_NEXT = ['--module', 'NodeNext'];
export const SHAPES = {
  ESM: { ending: 'mts', options: NODE_NEXT },
  CommonJS: { ending: 'cts', options: NODE_NEXT },
  /** Of cdk init before 2025. TypeScript 7 has it no longer. */
  'CommonJS with the old resolution': {
    ending: 'ts',
    options: ['--module', 'commonjs', '--esModuleInterop'],
  },
} as const satisfies Readonly<Record<string, Shape>>;

const appText = (importEnding: string) => `
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Redrill, type RedrillProps } from 'redrill';
import config from './redrill.config${importEnding}';

const props: RedrillProps = config;
const app = new App({ analyticsReporting: false, outdir: 'cdk.out' });
const redrill = new Redrill(app, 'Redrill', props);
redrill.protect('orders', { plan: 'event-log' });
app.synth();
const { violations } = new AwsSolutionsChecks(app).validateScope(app);
console.log('cdk-nag found', violations.length, ...violations.map(({ ruleName }) => ruleName));
`;

interface Built {
  readonly shape: Shape;
  /** The compiler's file. */
  readonly tsc: string;
  readonly node: string;
}

/**
 * Compiles and runs an app that uses the configuration of the demo. All declarations are checked, those of the packages
 * included.
 * @returns what the compiler and the app printed, and the app's cloud assembly
 */
export async function synthesiseApp(
  installed: Installation,
  { shape: { ending, options }, tsc, node }: Built,
): Promise<{ readonly compiler: string; readonly program: string; readonly assembly: string }> {
  const name = `app-${ending}`;
  const folder = join(installed.folder, name);
  const compiledEnding = ending.replace('ts', 'js');
  mkdirSync(folder, { recursive: true });
  const config = readFileSync(join(ROOT, 'redrill.config.ts'), 'utf8');
  writeFileSync(join(folder, `redrill.config.${ending}`), config);
  writeFileSync(join(folder, `app.${ending}`), appText(ending === 'ts' ? '' : `.${compiledEnding}`));
  const strict = ['--strict', '--skipLibCheck', 'false', '--target', 'ES2022', '--types', 'node'];
  const compiled = await installed.run(process.execPath, [tsc, ...strict, ...options, `app.${ending}`], {
    within: name,
  });
  const { out, err } = await installed.run(node, [`app.${compiledEnding}`], { within: name });
  return { compiler: compiled.out + compiled.err, program: out + err, assembly: join(folder, 'cdk.out') };
}

export type Templates = Readonly<Record<string, { readonly Resources: object }>>;

/** By the name of the stack. A template names each asset by the hash of its content: equal templates deploy equal Lambdas. */
export function templatesIn(assembly: string): Templates {
  const files = readdirSync(assembly).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(
    files.map((file) => [
      file.replace(/^.*redrill-?(source|vault).*$/, 'redrill-$1'),
      JSON.parse(readFileSync(join(assembly, file), 'utf8')),
    ]),
  );
}

/** Without what the CDK adds for its own bootstrapping. @throws Error if there are other stacks than the two */
export function resourcesOf(templates: Templates): Readonly<Record<string, object>> {
  const stacks = Object.keys(templates).sort().join(' ');
  if (stacks !== 'redrill-source redrill-vault') throw new Error(`the stacks are '${stacks}'`);
  return Object.fromEntries(Object.entries(templates).map(([stack, { Resources }]) => [stack, Resources]));
}
