/** Each runbook's Markdown, by its name: that of its file in docs/runbooks, without the ending. */
export type RunbookTexts = Readonly<Record<string, string>>;

/** A section of docs/alerts.md that every runbook links to; it is shown as a page beside them. */
export const BEFORE_RUNBOOKS = { name: 'follow-a-runbook', link: '../alerts.md#follow-a-runbook' } as const;
