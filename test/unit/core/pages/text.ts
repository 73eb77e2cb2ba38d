/** What a page says, without its markup: elements are spaces, and runs of them are one. */
export function textOf(page: string): string {
  const body = page.slice(page.indexOf('</head>') + 1);
  return body
    .replace(/<(?:\/?(?:b|a|time|code)\b[^>]*)>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
