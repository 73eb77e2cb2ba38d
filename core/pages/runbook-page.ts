import { BEFORE_RUNBOOKS, type RunbookTexts } from '../contracts/runbooks.ts';
import { htmlDocument } from './document.ts';
import { html } from './html.ts';
import { type LinkOf, markdownToHtml } from './markdown.ts';

/**
 * A runbook for people: one file that needs nothing else, beside those of the other runbooks.
 * @param texts of all runbooks, with this one among them
 */
export function runbookPage(name: string, texts: RunbookTexts): string {
  const text = texts[name] ?? '';
  const [, title = name] = /^# (.*)$/m.exec(text) ?? [];
  const command = html`<code>npx redrill open ${name}</code>`;
  return htmlDocument(
    `${title}: Redrill runbook`,
    html`<p class="kicker">Redrill · runbook <b>${name}</b></p>
<div class="runbook">
${markdownToHtml(text, linksBeside(texts))}</div>
<footer><p><a href="../index.html">All protected caches</a> · ${command} opens this page offline.</p></footer>`,
    { style: STYLE },
  );
}

/** Links to other runbooks and within a runbook work; other documents are not where the pages are. */
function linksBeside(texts: RunbookTexts): LinkOf {
  return (target) => {
    if (target === BEFORE_RUNBOOKS.link) return `${BEFORE_RUNBOOKS.name}.html`;
    if (target.startsWith('https://') || target.startsWith('#')) return target;
    const [, name, section = ''] = /^(?:runbooks\/)?([a-z-]+)\.md(#.*)?$/.exec(target) ?? [];
    return name !== undefined && Object.hasOwn(texts, name) ? `${name}.html${section}` : undefined;
  };
}

const STYLE = `
.runbook h2 { margin-top: 2.25rem; } .runbook h3 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
.runbook li + li { margin-top: .4rem; } .runbook ul, .runbook ol { padding-left: 1.4rem; max-width: 44rem; } .runbook li pre { margin-top: .5rem; }
.runbook table { margin-bottom: 1rem; } .runbook td { min-width: 9rem; } .runbook th, .runbook td { overflow-wrap: normal; }
pre { overflow-x: auto; margin: 0 0 1rem; padding: .8rem 1rem; background: var(--panel); border-radius: .5rem; line-height: 1.45; overflow-wrap: normal; }
pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media print { pre { white-space: pre-wrap; } }
`;
