/** Markup that is safe to show: everything that came from outside was escaped on the way in. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** The only way to make some: text of this program's own, and contents. */
  static of(strings: readonly string[], contents: readonly Content[]): Html {
    return new Html(
      strings.map((text, at) => text + (at < contents.length ? shown(contents[at]) : '')).join(''),
    );
  }
}

/** What may stand inside a template; what is undefined is nothing. */
export type Content = Html | string | number | undefined | readonly Content[];

/** A template whose contents are escaped unless they are markup themselves; attributes must be in double quotes. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return Html.of(strings, contents);
}

function shown(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(shown).join('');
  return escaped(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters are no HTML, and those that turn the direction of writing could show an error message backwards. */
const UNSHOWABLE = /[\p{Cc}\p{Bidi_Control}\p{Cs}]/gu;

function escaped(text: string): string {
  return text
    .replace(UNSHOWABLE, (each) => (/\s/.test(each) ? ' ' : '\uFFFD'))
    .replace(/[&<>"']/g, (each) => ENTITIES[each] ?? '');
}
