import * as z from 'zod';
import { vaultKeys } from '../model/keys.ts';

/** The file beside a bundle that carries the runbooks. */
export const RUNBOOKS_FILE = 'runbooks.json';

/** Each runbook's Markdown, by its name: that of its file in docs/runbooks, without the ending. */
export const runbookTexts = z.record(z.string().regex(/^[a-z-]+$/), z.string());
export type RunbookTexts = z.output<typeof runbookTexts>;

/** A section of docs/alerts.md that every runbook links to; it is shown as a page beside them. */
export const BEFORE_RUNBOOKS = { name: 'follow-a-runbook', link: '../alerts.md#follow-a-runbook' } as const;

/** The console of a region's partition. https://docs.aws.amazon.com/general/latest/gr/rande.html lists the partitions. */
function consoleOf(region: string): string {
  if (region.startsWith('cn-')) return `https://${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return `https://${region}.console.amazonaws-us-gov.com`;
  return `https://${region}.console.aws.amazon.com`;
}

/**
 * The page of an object in the S3 console, whose button Open shows the object to whoever is signed in and may read it. AWS does
 * not document the form of the address. It is that of links which people have copied from the console:
 * https://eu-central-1.console.aws.amazon.com/s3/object/<bucket>?region=eu-central-1&bucketType=general&prefix=<key>, and the same
 * without bucketType (found in several public repositories, checked 2026-11-24).
 */
export function consoleUrlOf({
  bucket,
  region,
  key,
}: {
  bucket: string;
  region: string;
  key: string;
}): string {
  return `${consoleOf(region)}/s3/object/${bucket}?region=${region}&bucketType=general&prefix=${key}`;
}

/** What the addresses of the runbooks in a vault begin with; `<name>.html` follows. */
export function runbookPagesUrl(vault: { readonly bucket: string; readonly region: string }): string {
  return consoleUrlOf({ ...vault, key: vaultKeys.runbooksPrefix });
}

/** Where the runbooks are. */
export interface RunbookPlace {
  /** Where the user publishes the folder docs/runbooks; it comes first. */
  readonly runbookBaseUrl?: string | undefined;
  /** As {@link runbookPagesUrl} has it. @default a runbook is named by its path in the repository */
  readonly runbookPagesUrl?: string | undefined;
}

/**
 * The address of a runbook. A section is left out of an address of the console, which shows no section.
 * @param file a file of docs/runbooks, with a section or without: `drill-failed.md#right-data-too-late`
 */
export function runbookUrlOf(
  file: string,
  { runbookBaseUrl: base, runbookPagesUrl: pages }: RunbookPlace,
): string {
  if (base !== undefined) return `${base.replace(/\/$/, '')}/${file}`;
  return pages === undefined ? `docs/runbooks/${file}` : `${pages}${runbookNameOf(file)}.html`;
}

/** The name of a runbook, from its path. */
export function runbookNameOf(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.md(?:#.*)?$/, '');
}

/** What to type to read a runbook; needs no network. */
export const openRunbook = (path: string) => `npx redrill open ${runbookNameOf(path)}`;
