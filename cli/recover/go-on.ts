import { quoted } from '../terminal/shell.ts';
import { PASSWORD_VARIABLE, withoutPassword } from '../url-password.ts';

/** The command that goes on from a state file: the same one, without its password. @param words after `redrill` */
export function commandToGoOn(words: readonly string[], state: string): string {
  const kept = withoutOption(withoutOption(words, '--state'), '--resume').map((word) =>
    quoted(withoutPassword(word)),
  );
  const hadPassword = words.some((word) => withoutPassword(word) !== word);
  const prefix = hadPassword ? `${PASSWORD_VARIABLE}=… ` : '';
  return `${prefix}npx redrill ${kept.join(' ')} --resume ${quoted(state)}`;
}

function withoutOption(words: readonly string[], option: string): readonly string[] {
  const at = words.findIndex((word) => word === option || word.startsWith(`${option}=`));
  if (at < 0) return words;
  return [...words.slice(0, at), ...words.slice(at + (words[at] === option ? 2 : 1))];
}
