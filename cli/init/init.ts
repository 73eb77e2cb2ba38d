import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { configFilesIn, loadConfig } from '../../adapters/files/config-file.ts';
import { makeConfigFile } from '../../adapters/files/new-config-file.ts';
import type { Answers } from '../../core/init/answers.ts';
import { configText } from '../../core/init/config-text.ts';
import type { ListedCache } from '../../core/init/listed-cache.ts';
import { type PresetName, planNameOf, proposePreset } from '../../core/init/propose-preset.ts';
import { AppError } from '../../core/model/errors.ts';
import { plan } from '../plan/plan.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { aligned } from '../terminal/page.ts';
import { ownTerminal, Questions, type Terminal } from '../terminal/questions.ts';
import { askAccount, askAnswers } from './ask-answers.ts';
import { type Choice, choosePresets, presetsGiven } from './choose-presets.ts';
import { requireInstalled } from './installed.ts';
import { type Looked, lookAtCaches, signedInAccount } from './look.ts';
import { type InitOptions, refuseBesideDemo } from './options.ts';

const FILE = 'redrill.config.mjs';
/** Hidden, and of this process alone. Node loads it as the module that it will be. */
const TEMPORARY = `.redrill.config.${process.pid}.mjs`;

const NEXT = `
Next, create the stacks in AWS:
  npx redrill doctor    # what is missing in the account, and what to type
  npx redrill deploy    # shows what it creates, and asks`;

/**
 * Writes the configuration of the current folder, and shows what it means.
 * @param terminal where the person is asked; undefined without one
 * @returns the exit status: bad if a plan of the new configuration cannot keep its promise
 * @throws AppError `ConfigExists`, `NotInstalled`, `BadInput`
 */
export async function init(
  options: InitOptions,
  terminal: Terminal | undefined = ownTerminal(),
): Promise<number> {
  refuseBesideDemo(options);
  if (options.demo) return (await import('./demo.ts')).runDemo();
  refuseExisting();
  requireInstalled('.');
  const found = await ask(options, terminal);
  await write(found);
  console.log([...resultLines(found), `Wrote ${FILE}.`, ''].join('\n'));
  const status = await plan({ config: FILE, gb: 1, shards: 1 });
  console.log(NEXT);
  return status;
}

interface Found {
  readonly answers: Answers & { readonly source: string; readonly vault: string };
  readonly looked: Looked;
  readonly choice: Choice;
}

function refuseExisting(): void {
  const [file] = configFilesIn('.');
  if (file === undefined) return;
  throw new AppError('ConfigExists', `this folder has a configuration already: ${basename(file)}`);
}

/** Everything that is asked, of the person and of AWS; nothing is written. */
async function ask(options: InitOptions, terminal: Terminal | undefined): Promise<Found> {
  const given = presetsGiven(options.cache);
  const questions = terminal && new Questions(terminal);
  try {
    const first = await askAnswers(options, questions);
    const hasAccounts = first.vaultAccount !== undefined || first.account !== undefined;
    const signedIn = hasAccounts ? await signedInAccount(first.source) : undefined;
    const answers = await askAccount(first, { questions, signedIn });
    const looked = await lookIn(answers, signedIn);
    const { caches: listed } = looked;
    const region = answers.source;
    const choice = await choosePresets({ listed, given, region, questions, yes: options.yes === true });
    return { answers, looked, choice };
  } finally {
    questions?.close();
  }
}

/** The vault's credentials show the vault's caches, if it has any. */
async function lookIn({ source, account }: Found['answers'], signedIn: string | undefined): Promise<Looked> {
  if (account !== undefined && signedIn !== undefined && signedIn !== account)
    return { whyNot: `the credentials are those of the account ${signedIn}` };
  return lookAtCaches(source);
}

async function write({ answers, choice }: Found): Promise<void> {
  const text = configText({ answers, ...choice });
  await interruptible(
    () => rmSync(TEMPORARY, { force: true }),
    () => makeConfigFile(FILE, { text, temporary: TEMPORARY, prove: (file) => loadConfig(file) }),
  );
}

/** What was found and decided, cache by cache, and a blank line; nothing if there is nothing to say. */
function resultLines({ answers, looked, choice: { chosen, unprotectable } }: Found): readonly string[] {
  const { source } = answers;
  const rows = chosen.map(({ cache, preset }) => [
    '',
    cache.id,
    planNameOf(preset),
    reasonFor(cache, preset),
  ]);
  const keyless = chosen.filter(({ cache: { kmsKey } }) => kmsKey !== undefined && !kmsKey.includes(':key/'));
  const lines = [
    ...(looked.whyNot === undefined
      ? []
      : [
          `The caches in ${source} were not read, because ${looked.whyNot}; list them in ${FILE}, under caches.`,
        ]),
    ...(looked.caches?.length === 0 ? [`There are no caches in ${source}.`] : []),
    ...(rows.length === 0 ? [] : ['Caches and their plans:']),
    ...aligned(rows, () => false).map((cells) => cells.join('  ').trimEnd()),
    ...unprotectable.map(({ id, because }) => `Not protected: ${id}. ${because}.`),
    ...keyless.map(
      ({ cache }) =>
        `Add the ARN of the KMS key ${cache.kmsKey} of ${cache.id} to source.kmsKeys in ${FILE}.`,
    ),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Why the preset was proposed, if it was. */
function reasonFor(cache: ListedCache, preset: PresetName): string {
  const proposal = proposePreset(cache);
  return proposal.preset === preset ? proposal.because : '';
}
