import { describe, expect, it } from 'vitest';
import { markdownToHtml, slugOf } from '../../../../core/pages/markdown.ts';
import { runbookPage } from '../../../../core/pages/runbook-page.ts';
import { readRunbooks } from '../../../../lib/runbooks.ts';
import { read } from '../../../docs/markdown.ts';
import { ATTACK } from './hostile.ts';

const shown = (...lines: readonly string[]) =>
  markdownToHtml(lines.join('\n'), (target) => (target.startsWith('no') ? undefined : `to:${target}`)).text;

describe('Markdown', () => {
  it.each<[string, readonly string[], string]>([
    ['a paragraph of lines', ['One', 'two.', '', 'Three.'], '<p>One two.</p>\n<p>Three.</p>\n'],
    ['headings', ['# A `b` c?', '## D'], '<h1 id="a-b-c">A <code>b</code> c?</h1>\n<h2 id="d">D</h2>\n'],
    ['marks', ['**a** *b* `**c**` 2 * 3 * 4'], '<p><b>a</b> <em>b</em> <code>**c**</code> 2 * 3 * 4</p>\n'],
    [
      'links',
      ['[a `]` b](x.md#y), [c](no), <https://d>'],
      '<p><a href="to:x.md#y">a <code>]</code> b</a>, c, <a href="https://d">https://d</a></p>\n',
    ],
    [
      'code',
      ['```sh', 'a <b>', '', '  # c', '```', 'd'],
      '<pre tabindex="0"><code>a &lt;b&gt;\n\n  # c\n</code></pre>\n<p>d</p>\n',
    ],
    ['code that does not end', ['```', 'a'], '<pre tabindex="0"><code>a\n</code></pre>\n'],
    ['a comment', ['<!-- computed: a -->', 'b'], '<p>b</p>\n'],
    ['items', ['- a', '  b', '- c', '', 'd'], '<ul><li>a b</li>\n<li>c</li>\n</ul>\n<p>d</p>\n'],
    ['items apart', ['1. a', '', '2. b'], '<ol><li>a</li>\n<li>b</li>\n</ol>\n'],
    [
      'items with code',
      ['1. a:', '   ```', '   b', '   ```', '', '   c', '2. d'],
      '<ol><li>a:<pre tabindex="0"><code>b\n</code></pre>\n<p>c</p>\n</li>\n<li>d</li>\n</ol>\n',
    ],
    [
      'items in items',
      ['- a', '  1. b', '  2. c'],
      '<ul><li>a<ol><li>b</li>\n<li>c</li>\n</ol>\n</li>\n</ul>\n',
    ],
  ])('has %s', (_what, lines, html) => expect(shown(...lines)).toBe(html));

  it('has tables', () => {
    const table = shown('| a | b |', '| --- | --- |', '| `c\\|d` | [e](f) |', 'g');
    expect(table).toContain('<th scope="col">a</th><th scope="col">b</th>');
    expect(table).toContain('<tr><td><code>c|d</code></td><td><a href="to:f">e</a></td></tr>');
    expect(table).toMatch(/<\/table><\/div>\n<p>g<\/p>\n$/);
  });

  it('escapes every text', () => {
    const page = shown(
      `# ${ATTACK}`,
      ATTACK,
      `- ${ATTACK}`,
      '```',
      ATTACK,
      '```',
      `[${ATTACK}](${ATTACK.replaceAll(' ', '')})`,
    );
    expect(page).not.toMatch(/<script|<img|onerror="/);
  });

  it('names sections as GitHub does', () =>
    expect(slugOf('`redrill restore <cache | point> --to <id>`')).toBe(
      'redrill-restore-cache--point---to-id',
    ));
});

describe('the runbooks', () => {
  const texts = readRunbooks();
  const names = Object.keys(texts);

  it.each(names)('%s is a page whose links work, and nothing of its Markdown is left', (name) => {
    const page = runbookPage(name, texts);
    const ids = (of: string) =>
      [...runbookPage(of, texts).matchAll(/<h\d id="([^"]+)"/g)].map(([, id]) => id);
    for (const [, target = '', section] of page.matchAll(/href="([^"#]*)(?:#([^"]*))?"/g)) {
      if (/^(?:https:|data:|\.\.\/index\.html$)/.test(target)) continue;
      const other = target === '' ? name : target.replace('.html', '');
      expect(names).toContain(other);
      if (section !== undefined) expect(ids(other), target).toContain(section);
    }
    const prose = page
      .slice(page.indexOf('<main>'), page.indexOf('</main>'))
      .replace(/<pre.*?<\/pre>/gs, '')
      .replace(/<code>.*?<\/code>/g, '');
    expect(prose).not.toMatch(/```|\*\*|\]\(|^#|<p>\||`/m);
  });

  it('are all of the folder, and what to know before', () => {
    expect(names).toContain('follow-a-runbook');
    expect(texts['follow-a-runbook']).toContain('**Credentials.**');
    expect(read('docs/README.md').match(/\(runbooks\/[a-z-]+\.md\)/g)).toHaveLength(names.length - 1);
  });

  it('that cannot be read are an error that says to install the package again', () =>
    expect(() => readRunbooks('/nowhere')).toThrow(
      /the runbooks of this package cannot be read \(ENOENT.*install it again/,
    ));
});
