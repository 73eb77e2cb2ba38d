import type { Command, CommanderError } from 'commander';
import { withoutPassword } from './url-password.ts';

/** Codes of what is no mistake: help and the version were asked for, or no command was given, which shows the help. */
const SHOWN = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

/** Commander's words, and ours: what is wrong with which value, and what would be right, in one line. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^error: /, ''],
  [/\n\(Did you mean (?:one of )?(.+)\?\)$/, "; did you mean '$1'?"],
  [/^missing required argument '(.*)'$/, 'the argument <$1> is missing'],
  [/^option '(.+)' argument missing$/, "the option '$1' needs a value"],
  [/^required option '(.+)' not specified$/, "the option '$1' is required"],
  [/^option '(--[\w-]+) .*?' argument '(.*?)' is invalid\. /s, "$1 '$2': "],
  [/^command-argument value '(.*?)' is invalid for argument '(.*?)'\. /s, "<$2> '$1': "],
  [/: It (.+?)\.?$/, ' $1'],
  [/: Allowed choices are (.+)\.$/, ' is not one of $1'],
];

/**
 * The two lines about a call that commander refuses: what is wrong, and where to read how it is right. Undefined if there is
 * nothing to say.
 */
export function callErrorText(
  { code, message }: CommanderError,
  redrill: Command,
  words: readonly string[],
): string | undefined {
  if (SHOWN.includes(code)) return undefined;
  const command = calledIn(redrill, words);
  const wrong =
    code === 'commander.excessArguments'
      ? tooMany(command)
      : WORDS.reduce((text, [theirs, ours]) => text.replace(theirs, ours), message);
  return `${withoutPassword(wrong)}\nFor usage: npx ${nameOf(command)} --help`;
}

function tooMany(command: Command): string {
  const known = command.registeredArguments.map((argument) => `<${argument.name()}>`);
  const [first = ''] = command.args.slice(known.length);
  const takes = known.length === 0 ? 'no argument' : `only ${known.join(' ')}`;
  return `'${first}' is one argument too many; ${nameOf(command)} takes ${takes}`;
}

/** The command that the words reach, such as `redrill local up`. */
function calledIn(redrill: Command, words: readonly string[]): Command {
  let command = redrill;
  for (const word of words.filter((each) => !each.startsWith('-'))) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return command;
    command = next;
  }
  return command;
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
