import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, counted, duration, percent, size } from '../../../../core/pages/format.ts';
import { html } from '../../../../core/pages/html.ts';

describe('html', () => {
  it('escapes what comes from outside, and leaves markup of its own', () =>
    expect(
      html`<p title="${'"\'><b>&'}">${html`<i>${'<script>'}</i>`}${['a', 1, undefined, html`<br>`]}</p>`.text,
    ).toBe('<p title="&quot;&#39;&gt;&lt;b&gt;&amp;"><i>&lt;script&gt;</i>a1<br></p>'));

  it('shows what is no text, or would turn the text around, as a sign of its own', () =>
    expect(html`${'a\u0000b\u202Ec\u2066d\uD800e\nf\u0085'}`.text).toBe(
      'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe f\uFFFD',
    ));

  it('lets no text out of where it was put', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    ));
});

describe('figures', () => {
  it.each<[string, string]>([
    [count(1_234_567), '1,234,567'],
    [counted(1, 'key'), '1 key'],
    [counted(0, 'key'), '0 keys'],
    [size(999), '999 bytes'],
    [size(1_500), '1.5 kB'],
    [size(812_000_000), '812 MB'],
    [size(2.5e15), '2500 TB'],
    [percent(1), '100 %'],
    [percent(0.9999), '99.9 %'],
    [percent(0.0001), 'under 0.1 %'],
    [percent(0), '0 %'],
    [duration(undefined), '–'],
    [duration(0), '0 s'],
    [duration(2.84), '2.8 s'],
    [duration(9.96), '10 s'],
    [duration(5_400), '1 h 30 min'],
  ])('%s is %s', (shown, expected) => expect(shown).toBe(expected));
});
