import { type Content, Html, html } from './html.ts';
import { STYLE } from './style.ts';

/**
 * Nothing may be fetched, run or sent: a page is one file, whoever opens it wherever. `data:` is the empty icon, without
 * which a browser asks the server for one.
 */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

// Not from outside, and free of `<`: style is the one element whose text must not be escaped.
const STYLE_ELEMENT = Html.of([`<style>${STYLE}</style>`], []);

/** A whole page as text. */
export function htmlDocument(title: string, main: Content): string {
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
${STYLE_ELEMENT}
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`.text;
}
