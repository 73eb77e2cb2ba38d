import * as z from 'zod';

/** The file beside a bundle that carries the runbooks. */
export const RUNBOOKS_FILE = 'runbooks.json';

/** Each runbook's Markdown, by its name: that of its file in docs/runbooks, without the ending. */
export const runbookTexts = z.record(z.string().regex(/^[a-z-]+$/), z.string());
export type RunbookTexts = z.output<typeof runbookTexts>;

/** A section of docs/alerts.md that every runbook links to; it is published as a page beside them. */
export const BEFORE_RUNBOOKS = { name: 'follow-a-runbook', link: '../alerts.md#follow-a-runbook' } as const;
