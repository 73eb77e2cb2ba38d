import { CONSOLE_LINKS } from './console-links.ts';
import { type Content, Html, html } from './html.ts';
import type { PageScript } from './page-script.ts';
import { STYLE } from './style.ts';

/** What a page has beside what all pages have. */
export interface PageParts {
  readonly style?: string;
  readonly script?: PageScript;
}

/**
 * The page may fetch and send nothing, and runs only its own scripts: it is one file that works wherever it is opened.
 * `data:` is the empty icon, without which a browser asks the server for one.
 */
function policyWith(scripts: readonly PageScript[]): string {
  const hashes = scripts.map(({ sha256 }) => `'sha256-${sha256}'`).join(' ');
  return `default-src 'none'; script-src ${hashes}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

// Not from outside, and free of `<`: style and script are the elements whose text must not be escaped.
const element = (name: 'style' | 'script', text: string) => Html.of([`<${name}>${text}</${name}>`], []);

/** A whole page as text. */
export function htmlDocument(title: string, main: Content, { style = '', script }: PageParts = {}): string {
  const scripts = script === undefined ? [CONSOLE_LINKS] : [CONSOLE_LINKS, script];
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyWith(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
${element('style', STYLE + style)}
</head>
<body>
<main>
${main}
</main>
${scripts.map(({ text }) => element('script', text))}
</body>
</html>
`.text;
}
