/** The changelog, in the form of https://keepachangelog.com/en/1.1.0/ */

const UNRELEASED = '## Unreleased';
const HEADING = /^## /m;

/**
 * Makes what is unreleased the notes of a version, and leaves an empty section for what comes after it.
 * @param date as 2026-11-24
 * @throws Error if nothing has changed since the last release
 */
export function released(changelog: string, version: string, date: string): string {
  const notes = unreleasedOf(changelog);
  return changelog.replace(`${UNRELEASED}\n${notes}`, () => {
    return `${UNRELEASED}\n\n## ${version} – ${date}\n${notes}`;
  });
}

/** The notes of a version, without its heading. @throws Error if the changelog does not have it */
export function notesOf(changelog: string, version: string): string {
  const section = changelog.split(HEADING).find((each) => each.startsWith(`${version} – `));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section '## ${version} – <date>'`);
  return `${section.slice(section.indexOf('\n')).trim()}\n`;
}

function unreleasedOf(changelog: string): string {
  const [, after] = changelog.split(`${UNRELEASED}\n`);
  if (after === undefined) throw new Error(`CHANGELOG.md has no section '${UNRELEASED}'`);
  const notes = after.split(HEADING)[0] ?? '';
  if (notes.trim() === '')
    throw new Error(`CHANGELOG.md says nothing under '${UNRELEASED}'; write what has changed, then release`);
  return notes;
}
