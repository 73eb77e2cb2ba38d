import { existsSync } from 'node:fs';

/** A file that is there comes first: whoever has a folder called `orders` means what is in it. */
export function looksLikeFile(text: string): boolean {
  return existsSync(text) || /^[./~]|\.rdb$/i.test(text);
}
