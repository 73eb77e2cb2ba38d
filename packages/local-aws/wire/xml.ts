import { ServiceError } from '../model/service.ts';

/** An element of a parsed document. Text of elements with children is dropped: AWS's XML has no mixed content. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** One token: CDATA, comment or declaration, a tag, or text. */
const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<(?:!--[\s\S]*?--|\?[\s\S]*?\?)>|<(\/?)([\w:.-]+)([^<>]*?)(\/?)>|([^<]+)/gy;

/**
 * Parses a request body. Knows elements, attributes, character data and the predefined entities, and nothing of DTDs.
 * @throws ServiceError `MalformedXML`
 */
export function parseXml(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open: XmlElement[] = [root];
  TOKEN.lastIndex = 0;
  let read = 0;
  for (const token of text.matchAll(TOKEN)) {
    read += token[0].length;
    takeToken(token, open);
  }
  const [document] = root.children;
  if (read !== text.length || open.length !== 1 || document === undefined || root.children.length > 1)
    throw malformed();
  return document;
}

function takeToken(token: RegExpMatchArray, open: XmlElement[]): void {
  const [, characterData, closing, name, attributes = '', selfClosing, text] = token;
  const current = open.at(-1);
  if (current === undefined) throw malformed();
  if (characterData !== undefined) current.text += characterData;
  else if (text !== undefined) current.text += unescapeXml(text);
  else if (name !== undefined && closing === '/') closeElement(open, name);
  else if (name !== undefined) {
    const element: XmlElement = { name, attributes: readAttributes(attributes), children: [], text: '' };
    current.children.push(element);
    if (selfClosing !== '/') open.push(element);
  }
}

function closeElement(open: XmlElement[], name: string): void {
  const closed = open.pop();
  if (closed?.name !== name || open.length === 0) throw malformed();
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', double, single] of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    attributes[name] = unescapeXml(double ?? single ?? '');
  return attributes;
}

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (_, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
    const character = ENTITIES[entity];
    if (character === undefined) throw malformed();
    return character;
  });
}

/** `\r` too, or a parser's line-ending normalisation would change the value: https://www.w3.org/TR/xml/#sec-line-ends */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => {
    if (character === '&') return '&amp;';
    if (character === '<') return '&lt;';
    if (character === '>') return '&gt;';
    return character === '"' ? '&quot;' : '&#xD;';
  });
}

/** `<name>…</name>`, its content already XML. */
export function element(name: string, content: string, attributes = ''): string {
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}

function malformed(): ServiceError {
  return new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
