import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BEFORE_RUNBOOKS, type RunbookTexts } from '../core/contracts/runbooks.ts';
import { AppError } from '../core/model/errors.ts';

const DOCS = join(import.meta.dirname, '../docs');

/** The runbooks of this package, and what to know before any of them. @throws AppError `BadConfig` if a file is missing */
export function readRunbooks(docs = DOCS): RunbookTexts {
  try {
    const folder = join(docs, 'runbooks');
    const files = readdirSync(folder).filter((file) => file.endsWith('.md'));
    const texts = files.map((file) => [basename(file, '.md'), readFileSync(join(folder, file), 'utf8')]);
    const before = sectionOf(readFileSync(join(docs, 'alerts.md'), 'utf8'), 'Follow a runbook');
    return Object.fromEntries([...texts, [BEFORE_RUNBOOKS.name, before]]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      'BadConfig',
      `the runbooks of this package cannot be read (${why}); install it again`,
      {
        cause,
      },
    );
  }
}

/** A section of a document, as a document of its own. */
function sectionOf(document: string, heading: string): string {
  const [, text] = document.split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`docs/alerts.md has no section '${heading}'`);
  return `# ${heading}\n${text.split('\n## ')[0]}`;
}
