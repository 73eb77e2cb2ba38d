import { type Content, type Html, html } from './html.ts';

/** Where a link of a document goes; undefined if its target is not where the page is. */
export type LinkOf = (target: string) => string | undefined;

/**
 * Markdown as the documents of this repository are written: headings, paragraphs, lists, tables, blocks of code, and within a
 * line code, links, bold and italic text. What else Markdown has is shown as text.
 */
export function markdownToHtml(text: string, linkOf: LinkOf): Html {
  return blocks(text.split('\n'), linkOf);
}

interface Block {
  readonly shown: Html | undefined;
  /** How many lines it has. */
  readonly lines: number;
}

/** Reads a block that begins with the first of these lines; undefined if it is of another kind. */
type Reader = (lines: readonly string[], linkOf: LinkOf) => Block | undefined;

function blocks(lines: readonly string[], linkOf: LinkOf): Html {
  const shown: Content[] = [];
  for (let at = 0; at < lines.length; ) {
    const rest = lines.slice(at);
    const block = READERS.map((read) => read(rest, linkOf)).find((each) => each !== undefined);
    if (block !== undefined) shown.push(block.shown);
    at += block?.lines ?? 1;
  }
  return html`${shown}`;
}

const READERS: readonly Reader[] = [blank, comment, code, heading, table, list, paragraph];

function blank([line = '']: readonly string[]): Block | undefined {
  return line.trim() === '' ? { shown: undefined, lines: 1 } : undefined;
}

function comment([line = '']: readonly string[]): Block | undefined {
  return /^<!--.*-->$/.test(line.trim()) ? { shown: undefined, lines: 1 } : undefined;
}

function code([line = '', ...rest]: readonly string[]): Block | undefined {
  if (!line.startsWith('```')) return undefined;
  const end = rest.findIndex((each) => each.startsWith('```'));
  const content = end < 0 ? rest : rest.slice(0, end);
  return {
    shown: html`<pre tabindex="0"><code>${verbatim(content)}</code></pre>\n`,
    lines: content.length + 2,
  };
}

/** Line by line, because a text that is escaped has no line breaks. */
const verbatim = (lines: readonly string[]) => lines.map((line) => html`${line}\n`);

function heading([line = '']: readonly string[], linkOf: LinkOf): Block | undefined {
  const [, marks, text = ''] = /^(#{1,4}) (.*)$/.exec(line) ?? [];
  if (marks === undefined) return undefined;
  const content = inline(text, linkOf);
  const id = slugOf(text);
  const shown = [
    html`<h1 id="${id}">${content}</h1>\n`,
    html`<h2 id="${id}">${content}</h2>\n`,
    html`<h3 id="${id}">${content}</h3>\n`,
    html`<h4 id="${id}">${content}</h4>\n`,
  ][marks.length - 1];
  return { shown, lines: 1 };
}

/** As GitHub makes them, so that links to sections work in both places. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

const isRow = (line: string | undefined) => line?.startsWith('|') === true;

function table(lines: readonly string[], linkOf: LinkOf): Block | undefined {
  const [head = '', rule = ''] = lines;
  if (!isRow(head) || !/^\|[\s|:-]+\|$/.test(rule)) return undefined;
  const end = lines.findIndex((line) => !isRow(line));
  const rows = lines.slice(2, end < 0 ? undefined : end);
  const cells = (row: string) =>
    row
      .replace(/^\||\|\s*$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => inline(cell.trim().replaceAll('\\|', '|'), linkOf));
  const shown = html`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${cells(head).map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row).map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table></div>\n`;
  return { shown, lines: rows.length + 2 };
}

const ITEM = /^(- |\d+\. )(.*)$/;

/** Items of one kind; what is indented below an item belongs to it. */
function list(lines: readonly string[], linkOf: LinkOf): Block | undefined {
  const [, marker] = ITEM.exec(lines[0] ?? '') ?? [];
  if (marker === undefined) return undefined;
  const ordered = marker !== '- ';
  const items: string[][] = [];
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, mark, text = ''] = ITEM.exec(line) ?? [];
    if (mark !== undefined && (mark !== '- ') === ordered) items.push([text]);
    else if (/^ {2,}\S/.test(line)) items.at(-1)?.push(line);
    else if (line.trim() === '' && /^( {2,}\S)/.test(lines[at + 1] ?? '')) items.at(-1)?.push('');
    else if (line.trim() !== '' || ITEM.exec(lines[at + 1] ?? '')?.[1] === undefined) break;
  }
  const shown = items.map((item) => html`<li>${listItem(item, linkOf)}</li>\n`);
  return { shown: ordered ? html`<ol>${shown}</ol>\n` : html`<ul>${shown}</ul>\n`, lines: at };
}

/** An item of one paragraph is a line; one of more has paragraphs. */
function listItem([first = '', ...below]: readonly string[], linkOf: LinkOf): Html {
  const indent = Math.min(
    ...below.filter((line) => line !== '').map((line) => line.length - line.trimStart().length),
  );
  const rest = below.map((line) => line.slice(Number.isFinite(indent) ? indent : 0));
  const isParagraph = (line: string) => line !== '' && !line.startsWith('```') && !ITEM.test(line);
  const end = rest.findIndex((line) => !isParagraph(line));
  const lead = [first, ...(end < 0 ? rest : rest.slice(0, end))].join(' ');
  return html`${inline(lead, linkOf)}${end < 0 ? undefined : blocks(rest.slice(end), linkOf)}`;
}

function paragraph(lines: readonly string[], linkOf: LinkOf): Block {
  const end = lines.findIndex((line, at) => at > 0 && begins(line));
  const own = lines.slice(0, end < 0 ? undefined : end);
  return { shown: html`<p>${inline(own.join(' '), linkOf)}</p>\n`, lines: own.length };
}

const begins = (line: string) => line.trim() === '' || /^(```|#{1,4} |\||- |\d+\. |<!--)/.test(line);

/** Code first: nothing is marked up within it. */
const INLINE =
  /(?<code>`+)(?<verbatim>.+?)\k<code>(?!`)|\[(?<text>(?:`[^`]*`|[^\]])+)\]\((?<target>[^)\s]+)\)|<(?<url>https:\/\/[^>\s]+)>|\*\*(?<bold>.+?)\*\*|\*(?<italic>[^\s*](?:[^*]*[^\s*])?)\*/gu;

function inline(text: string, linkOf: LinkOf): Content {
  const shown: Content[] = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    shown.push(text.slice(from, found.index), marked(found.groups ?? {}, linkOf));
    from = found.index + found[0].length;
  }
  return [...shown, text.slice(from)];
}

function marked(
  { verbatim: literal, text, target = '', url, bold, italic }: Readonly<Record<string, string | undefined>>,
  linkOf: LinkOf,
): Html {
  if (literal !== undefined) return html`<code>${literal}</code>`;
  if (bold !== undefined) return html`<b>${inline(bold, linkOf)}</b>`;
  if (italic !== undefined) return html`<em>${inline(italic, linkOf)}</em>`;
  if (url !== undefined) return html`<a href="${url}">${url}</a>`;
  const href = linkOf(target);
  const content = inline(text ?? '', linkOf);
  return href === undefined ? html`${content}` : html`<a href="${href}">${content}</a>`;
}
