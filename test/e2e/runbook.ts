import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type RunOptions, runRedrill } from './redrill.ts';
import type { World } from './world.ts';

const RUNBOOKS = join(import.meta.dirname, '../../docs/runbooks');
const CONSOLE = /```console\n([\s\S]*?)```/g;
const PROMPT = '$ ';

/** A command of a runbook, and what it printed when the runbook was written. */
interface Step {
  readonly command: string;
  readonly output: string;
}

/**
 * Types the commands of a runbook, in their order, into a shell, and holds what they print against what the runbook
 * shows: line by line, but for numbers, times and digests. `vitest -u` writes what they print now.
 */
export class Runbook {
  readonly #world: World;
  readonly #name: string;
  readonly #text: string;
  readonly #here: Readonly<Record<string, string>>;
  #steps: Step[];
  readonly #outputs: string[] = [];

  /** @param here what a word of the runbook, such as an address, is called in this test. @default the same */
  static async open(
    world: World,
    name: string,
    here: Readonly<Record<string, string>> = {},
  ): Promise<Runbook> {
    return new Runbook(world, { name, here }, await readFile(join(RUNBOOKS, `${name}.md`), 'utf8'));
  }

  private constructor(
    world: World,
    { name, here }: { readonly name: string; readonly here: Readonly<Record<string, string>> },
    text: string,
  ) {
    this.#world = world;
    this.#name = name;
    this.#here = here;
    this.#text = text;
    this.#steps = stepsOf(text);
  }

  /** As a person who waits for a copy: the vault looks for exports meanwhile. */
  followToTheVault(until: string) {
    const world = this.#world;
    return this.follow(until, { meanwhile: () => (world.idle ? world.deliver('find-exports') : undefined) });
  }

  /** Types what comes next, up to and with the command that begins so. @returns what that one printed and ended with */
  async follow(until: string, options: RunOptions = {}) {
    for (;;) {
      const step = this.#steps[0];
      if (step === undefined) throw new Error(`${this.#name} has no further command ${until}`);
      this.#steps = this.#steps.slice(1);
      const words = wordsOf(step.command).map((word) => this.#here[word] ?? word);
      const ended = await runRedrill(this.#world, words, options);
      const printed = this.#asInTheRunbook(tidied(ended.err + ended.out));
      this.#outputs.push(shapeOf(printed) === shapeOf(step.output) ? step.output : printed);
      if (step.command.startsWith(until)) return { ...ended, printed };
    }
  }

  #asInTheRunbook(printed: string): string {
    return Object.entries(this.#here).reduce((text, [word, own]) => text.replaceAll(own, word), printed);
  }

  /** Every command has been typed, and printed what the runbook says. */
  async expectAsWritten(): Promise<void> {
    expect(this.#steps).toEqual([]);
    await expect(withOutputs(this.#text, this.#outputs)).toMatchFileSnapshot(
      join(RUNBOOKS, `${this.#name}.md`),
    );
  }
}

function stepsOf(text: string): Step[] {
  return [...text.matchAll(CONSOLE)].flatMap(([, block = '']) =>
    block
      .split(/^(?=\$ )/m)
      .filter((part) => part.startsWith(PROMPT))
      .map((part) => {
        const [, command = '', output = ''] = /^\$ ((?:.*\\\n)*.*)\n?([\s\S]*)$/.exec(part) ?? [];
        return { command: command.replace(/\\\n\s*/g, ''), output: output.trimEnd() };
      }),
  );
}

function withOutputs(text: string, outputs: readonly string[]): string {
  let next = 0;
  return text.replace(CONSOLE, (_, block: string) => {
    const parts = block.split(/^(?=\$ )/m).map((part) => {
      if (!part.startsWith(PROMPT)) return part;
      const [, command = ''] = /^(\$ (?:.*\\\n)*.*)/.exec(part) ?? [];
      return `${command}\n${outputs[next++]}\n`.replace(/\n\n$/, '\n');
    });
    return `\`\`\`console\n${parts.join('')}\`\`\``;
  });
}

/** The words of a command line in which nothing but quotes has a meaning; it calls `npx redrill`. */
function wordsOf(command: string): readonly string[] {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const [npx, program, ...rest] = words;
  if (npx !== 'npx' || program !== 'redrill') throw new Error(`not a command of Redrill: ${command}`);
  return rest;
}

const tidied = (printed: string): string => printed.replace(/[ \t]+$/gm, '').trimEnd();

/**
 * What stays the same from run to run: no numbers, times or digests, not where a line is broken, not whether a key has
 * expired meanwhile, and not at which steps a workflow was seen on its way.
 */
function shapeOf(printed: string): string {
  return printed
    .replace(/^ +expired .*\n/gm, '')
    .replace(/^ {2}[a-z]+(?: [a-z]+)*\n/gm, '')
    .replace(/, [\d,]+ more had expired/g, '')
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?/g, '#')
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/g, '#')
    .replace(/(?:less than )?\d+(?:[.,]\d+)*/g, '#')
    .replace(/(?:# (?:ms|s|min|h|d|[kMG]?B)\b ?)+/g, '# ')
    .replace(/\bkeys?\b/g, 'key')
    .replace(/[\s─-]+/g, ' ');
}
