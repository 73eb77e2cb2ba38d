import { once as onceOn } from 'node:events';
import { once } from '../../adapters/once.ts';
import type { RunbookTexts } from '../../core/contracts/runbooks.ts';
import { AppError } from '../../core/model/errors.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { HOUR_MS } from '../../core/model/time.ts';
import { runbookPage } from '../../core/pages/runbook-page.ts';
import { readRunbooks } from '../../lib/runbooks.ts';
import { nearest } from '../nearest.ts';
import { openVault, type Vault, type VaultOptions } from '../vault.ts';
import { startBrowser } from './browser.ts';
import { type ChosenPage, fleetPageIn, reportNamed, runbookNamed } from './choose-page.ts';
import { PageServer, type ReadPage } from './page-server.ts';

interface OpenOptions extends VaultOptions {
  /** @default true */
  readonly browser?: boolean;
}

/** A browser that shows the page asks for no more; this one was forgotten. */
const IDLE_MS = HOUR_MS;

/**
 * Shows a page of the vault or a runbook, and every page that it links to, until the user ends it. What is not opened is not
 * read. Runbooks are those of this package, so that they can be opened without AWS.
 */
export async function open(word: string | undefined, options: OpenOptions): Promise<void> {
  const texts = readRunbooks();
  const vault = once(() => openVault(options));
  const page = await choose(word, texts, vault);
  const server = new PageServer(readerOf(texts, vault));
  const url = await server.start(page.key);
  try {
    await show(page, url, options.browser !== false);
    await Promise.race([server.idle(IDLE_MS), ended()]);
  } finally {
    server.stop();
  }
}

/** Ctrl-C is how this command is meant to end. */
const ended = () => Promise.race(['SIGINT', 'SIGTERM'].map((signal) => onceOn(process, signal)));

async function choose(
  word: string | undefined,
  texts: RunbookTexts,
  vault: () => Promise<Vault>,
): Promise<ChosenPage> {
  if (word === undefined) return fleetPageIn(await vault());
  const runbook = runbookNamed(word, texts);
  if (runbook !== undefined) return runbook;
  return reportNamed(word, await vault().catch((error: unknown) => nearRunbook(word, texts, error)), texts);
}

/** Without AWS a mistyped runbook looks like a cache. */
function nearRunbook(word: string, texts: RunbookTexts, error: unknown): never {
  const near = nearest(word, Object.keys(texts));
  if (!near.includes('did you mean')) throw error;
  throw new AppError('BadInput', `there is no runbook '${word}'${near}`, { cause: error });
}

function readerOf(texts: RunbookTexts, vault: () => Promise<Vault>): ReadPage {
  const runbooks = new Map(Object.keys(texts).map((name) => [vaultKeys.runbook(name), name]));
  return async (key) => {
    const name = runbooks.get(key);
    if (name !== undefined) return runbookPage(name, texts);
    return (await (await vault()).catalogue.vault.read(key))?.body;
  };
}

async function show({ says }: ChosenPage, url: string, browser: boolean): Promise<void> {
  const why = browser ? await startBrowser(url) : undefined;
  if (why !== undefined) console.error(`No browser was started: ${why}.`);
  const opened = browser && why === undefined;
  console.log(opened ? `Opened ${says} in your browser.` : `Open ${says} on this machine, once:\n  ${url}`);
  console.error(
    'Its links work while this command runs: Ctrl-C ends it, and so does an hour without a page.',
  );
}
