import { type Content, Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** A program of this repository that runs in a page; only text of this program's own. */
export interface PageScript {
  readonly text: string;
  /** Base64 of the SHA-256 of the text: the page's policy lets nothing run that has another one. */
  readonly sha256: string;
}

/** What a page has beside what all pages have. */
export interface PageParts {
  readonly style?: string;
  readonly script?: PageScript;
}

/**
 * Nothing may be fetched or sent, and nothing run but the page's own script: a page is one file, whoever opens it wherever.
 * `data:` is the empty icon, without which a browser asks the server for one.
 */
function policyWith(script: PageScript | undefined): string {
  const scripts = script === undefined ? '' : ` script-src 'sha256-${script.sha256}';`;
  return `default-src 'none';${scripts} style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

// Not from outside, and free of `<`: style and script are the elements whose text must not be escaped.
const element = (name: 'style' | 'script', text: string) => Html.of([`<${name}>${text}</${name}>`], []);

/** A whole page as text. */
export function htmlDocument(title: string, main: Content, { style = '', script }: PageParts = {}): string {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyWith(script)}">
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
${script && element('script', script.text)}
</body>
</html>
`.text;
}
