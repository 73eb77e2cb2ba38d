/// <reference lib="dom" />

/** A text on the page that is hard to read. */
export interface Faint {
  readonly text: string;
  readonly ratio: number;
}

/**
 * Texts whose contrast to what lies behind them is below 4.5 to 1. Runs inside the page, so it stands alone.
 * https://www.w3.org/TR/WCAG22/#contrast-minimum (checked 2026-11-21)
 */
export function faintTexts(): readonly Faint[] {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    const [, , , alpha = 1] = channels(backgroundColor);
    return alpha === 0 ? behind(element.parentElement) : backgroundColor;
  };
  const under = (text: SVGElement): string => {
    const { left, top, width, height } = text.getBoundingClientRect();
    const covering = [...(text.ownerSVGElement?.querySelectorAll('rect') ?? [])].filter((rect) => {
      const box = rect.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
    });
    const last = covering.at(-1);
    return last === undefined ? behind(text) : getComputedStyle(last).fill;
  };
  const found: Faint[] = [];
  for (const element of document.body.querySelectorAll('*:not(script, svg title)')) {
    const text = [...element.childNodes]
      .map((node) => (node.nodeType === 3 ? node.textContent : ''))
      .join('')
      .trim();
    if (text === '') continue;
    const { color, fill } = getComputedStyle(element);
    const [ink, paper] = element instanceof SVGElement ? [fill, under(element)] : [color, behind(element)];
    const [one, other] = [luminance(ink), luminance(paper)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) found.push({ text: text.slice(0, 40), ratio: Math.round(ratio * 100) / 100 });
  }
  return found;
}
