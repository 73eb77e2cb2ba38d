import { percentText } from '../../core/model/percent.ts';
import { HOUR_SECONDS } from '../../core/model/time.ts';
import { byteText, counted } from './figures.ts';
import { interruptible } from './interrupt.ts';
import { ERASE_LINE, type Screen } from './screen.ts';

const BETWEEN_FRAMES_MS = 100;
/** A rate before this much time would jump about. */
const FIRST_FRAME_MS = 200;
const DEFAULT_COLUMNS = 80;
const BAR_CELLS_MAX = 30;
const BAR_CELLS_MIN = 8;

export interface Progress {
  readonly bytes: number;
  /** If it is known. */
  readonly sizeBytes: number | undefined;
  readonly seconds: number;
  readonly keys: number;
}

/** One line, never wider than the terminal: what matters least goes first. */
export function progressLine(progress: Progress, columns: number): string {
  const parts = partsOf(progress);
  // The last column stays free, for some terminals wrap when it is written to.
  const room = columns - 1;
  const width = () => parts.reduce((sum, part) => sum + part.length + 2, 0);
  while (parts.length > 1 && width() > room) parts.pop();
  const line = parts.join('  ').slice(0, Math.max(room, 0));
  const cells = Math.min(room - line.length - 4, BAR_CELLS_MAX);
  if (progress.sizeBytes === undefined || cells < BAR_CELLS_MIN) return line;
  return `[${bar(progress.bytes / Math.max(progress.sizeBytes, 1), cells)}]  ${line}`;
}

/** By falling importance. */
function partsOf({ bytes, sizeBytes, seconds, keys }: Progress): string[] {
  const rate = seconds > 0 ? bytes / seconds : 0;
  const perSecond = `${byteText(rate)}/s`;
  if (sizeBytes === undefined) return [`${byteText(bytes)} read`, perSecond, counted(keys, 'key')];
  const left = rate > 0 ? (sizeBytes - bytes) / rate : 0;
  return [
    percentText(bytes / Math.max(sizeBytes, 1)).padStart(5),
    `${clock(left)} left`,
    perSecond,
    counted(keys, 'key'),
    `${byteText(bytes)} of ${byteText(sizeBytes)}`,
  ];
}

function bar(share: number, cells: number): string {
  const filled = Math.round(Math.min(share, 1) * cells);
  return '='.repeat(filled).padEnd(cells);
}

/** `0:07`, `12:30`, `1:02:03`. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / HOUR_SECONDS), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** A bar at the bottom of a terminal; where there is none, nothing. */
export class ProgressBar {
  readonly #screen: Screen;
  #isShown = false;
  #nextMs = FIRST_FRAME_MS;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Cheap enough to be called for every piece: most calls do nothing. `progress` is asked for when it is drawn. */
  update(elapsedMs: number, progress: () => Progress): void {
    if (this.#screen.isTTY !== true || elapsedMs < this.#nextMs) return;
    this.#nextMs = elapsedMs + BETWEEN_FRAMES_MS;
    const line = progressLine(progress(), this.#screen.columns || DEFAULT_COLUMNS);
    this.#screen.write(ERASE_LINE + line);
    this.#isShown = true;
  }

  erase(): void {
    if (this.#isShown) this.#screen.write(ERASE_LINE);
    this.#isShown = false;
  }
}

/** The bar is erased whatever happens, Ctrl-C included. */
export async function withProgress<Result>(work: (bar: ProgressBar) => Promise<Result>): Promise<Result> {
  const bar = new ProgressBar(process.stderr);
  const erase = () => bar.erase();
  return interruptible(erase, () => work(bar)).finally(erase);
}
