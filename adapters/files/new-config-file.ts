import { link, open, rename, rm } from 'node:fs/promises';
import { AppError } from '../../core/model/errors.ts';
import { whyUnwritable } from './why-unreadable.ts';

/**
 * Makes a file that is there whole or not at all: its text goes to `temporary` in the same folder, `prove` looks at that, and
 * then it gets its name. A file of that name is never replaced, also if it appears meanwhile.
 * @throws AppError `ConfigExists`, `BadInput` if the folder cannot be written to, and what `prove` throws
 */
export async function makeConfigFile(
  file: string,
  {
    text,
    temporary,
    prove,
  }: { readonly text: string; readonly temporary: string; prove(file: string): Promise<unknown> },
): Promise<void> {
  const unwritable = (cause: unknown) => {
    throw new AppError('BadInput', `${file} cannot be written: ${whyUnwritable(cause)}`, { cause });
  };
  // What another process has put there is not this one's to delete.
  const opened = await open(temporary, 'wx').catch(unwritable);
  try {
    await opened
      .writeFile(text)
      .catch(unwritable)
      .finally(() => opened.close());
    await prove(temporary);
    await nameFinally(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A link, unlike `rename`, refuses a name that is taken; not every file system has links. */
async function nameFinally(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new AppError('ConfigExists', `${file} exists already`, { cause });
    await rename(temporary, file);
  }
}
