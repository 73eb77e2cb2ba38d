import type { FieldNotes, NotedCall } from './notes.ts';
import { isReading, keyOf, stateOf } from './same-state.ts';
import { BRIEF_MS, type Stretch, stretchesOf } from './stretches.ts';

export interface Answer {
  readonly output?: object;
  readonly error?: Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
}

/** An answer, and the instant at which it came. */
export interface Seen {
  readonly answer: Answer;
  readonly at: number;
}

interface Time {
  readonly now: () => number;
  readonly passUntil: (instant: number) => Promise<void>;
}

type Look = () => Promise<Seen>;

/** What takes minutes on AWS takes other minutes here. */
const PATIENCE_MS = 300_000;
const PATIENCE_FACTOR = 3;
/** Between two looks of the replay, virtual. */
const STEP_MS = 2_000;

/**
 * Makes the looks of the notes at a pace at which they show the states of the notes. Where things are slower here, the last
 * look at a state waits for it, and everything after it is later, too; where they are faster, everything after it is earlier.
 */
export class InStep {
  readonly #stretches: ReadonlyMap<string, readonly Stretch[]>;
  readonly #time: Time;
  readonly #met = new Set<Stretch>();
  /** By the key of the looks, the state that was shown last, and since when. */
  readonly #shown = new Map<string, { readonly state: string; readonly since: number }>();
  /** The instant at which the notes begin, as it is here. */
  #origin: number;

  constructor({ calls }: Pick<FieldNotes, 'calls'>, time: Time) {
    const looks = Map.groupBy(calls.filter(isReading), keyOf);
    this.#stretches = new Map([...looks].map(([key, each]) => [key, stretchesOf(each)]));
    this.#time = time;
    this.#origin = time.now();
  }

  /** What stands here for a call of the notes: mostly one answer, more if the state of the notes was met before or after. */
  async answers(noted: NotedCall, call: () => Promise<Answer>): Promise<readonly Seen[]> {
    const look: Look = async () => {
      const seen = { answer: await call(), at: this.#time.now() };
      const [key, state] = [keyOf(noted), stateOf(seen.answer)];
      if (this.#shown.get(key)?.state !== state) this.#shown.set(key, { state, since: seen.at });
      return seen;
    };
    const due = this.#origin + noted.afterMs;
    if (!isReading(noted)) {
      await this.#time.passUntil(due);
      return [await look()];
    }
    const early = await this.#lookUntil(due, stateOf(noted), look);
    const atDue = await look();
    const stretches = this.#stretches.get(keyOf(noted)) ?? [];
    const index = stretches.findIndex(({ looks }) => looks.includes(noted));
    const stretch = stretches[index];
    if (stretch === undefined) return [atDue];
    if (early !== undefined || isIn(stretch, atDue)) this.#met.add(stretch);
    if (isIn(stretch, atDue)) return [atDue];
    if (early !== undefined) return [early, atDue];
    const ahead = this.#aheadOf(stretches, index, atDue);
    if (ahead !== undefined) this.#origin = atDue.at - ahead.afterMs;
    const isLast = stretch.looks.at(-1) === noted;
    // What was met before is not what the notes end with if it has gone again.
    const isMet = this.#met.has(stretch) && stretch !== stretches.at(-1);
    if (ahead !== undefined || !isLast || isMet) return [atDue];
    return [atDue, ...(await this.#wait(stretches, index, look))];
  }

  /** @returns what shows the state, last before the instant */
  async #lookUntil(due: number, state: string, look: Look): Promise<Seen | undefined> {
    const { now, passUntil } = this.#time;
    let match: Seen | undefined;
    while (now() < due) {
      const seen = await look();
      if (stateOf(seen.answer) === state) match = seen;
      await passUntil(Math.min(due, now() + STEP_MS));
    }
    return match;
  }

  /** Looks until the state of a stretch has come, or one that comes after it; for longer if the state before has lasted long. */
  async #wait(stretches: readonly Stretch[], index: number, look: Look): Promise<readonly Seen[]> {
    const { now, passUntil } = this.#time;
    const from = now();
    const until = from + Math.max(PATIENCE_MS, PATIENCE_FACTOR * lastingMs(stretches[index - 1]));
    const isOver = (seen: Seen) =>
      stretches[index]?.state === stateOf(seen.answer) || this.#aheadOf(stretches, index, seen) !== undefined;
    const seen: Seen[] = [];
    do {
      await passUntil(now() + STEP_MS);
      seen.push(await look());
    } while (!seen.some(isOver) && now() < until);
    this.#origin += now() - from;
    return seen;
  }

  /**
   * The look at which the notes come to this state. That of the stretch before, which may come again, is behind and not ahead,
   * and one that is brief may come twice.
   */
  #aheadOf(stretches: readonly Stretch[], index: number, seen: Seen): NotedCall | undefined {
    const before = stretches[index - 1];
    if (before !== undefined && isIn(before, seen)) return undefined;
    const ahead = stretches.slice(index + 1).find((stretch) => isIn(stretch, seen))?.looks[0];
    const since = (ahead && this.#shown.get(keyOf(ahead))?.since) ?? seen.at;
    return seen.at - since < BRIEF_MS ? undefined : ahead;
  }
}

const isIn = ({ state }: Stretch, { answer }: Seen): boolean => stateOf(answer) === state;

const lastingMs = (stretch: Stretch | undefined): number =>
  (stretch?.looks.at(-1)?.afterMs ?? 0) - (stretch?.looks[0]?.afterMs ?? 0);
