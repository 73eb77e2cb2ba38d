import { setTimeout as sleep } from 'node:timers/promises';
import {
  type KeyType,
  type OfferedKey,
  type RangedBytes,
  type RestoreBatch,
  RestoreStream,
  type TooBig,
  typeNameOf,
} from '@redrill/rdb';
import { BIG_BYTES, writeBig } from './big-value.ts';
import { commandOf, type Entry, type Refusal, type Tries } from './entry.ts';
import { Gate } from './gate.ts';
import { Horizon } from './horizon.ts';
import { InFlight } from './in-flight.ts';
import type { Lane } from './lane.ts';
import { holdsAlready, skippedIfUnknown } from './own-writes.ts';
import type { Pace } from './pace.ts';
import { askingFor, Parcel, single } from './parcel.ts';
import { parcelsOf } from './parcels-of.ts';
import { readRestore, slotOfRestore } from './parse-restore.ts';
import type { RefusedItem, ShardProgress } from './progress.ts';
import {
  codeOf,
  diedOf,
  PASSING,
  REDIRECTIONS_AT_ONCE,
  REDIRECTS,
  refusedKey,
  refuseTooMany,
  STOPS,
} from './refusals.ts';
import { refusedBy } from './server-facts.ts';
import type { TargetCluster } from './target-cluster.ts';
import { pauseMs } from './while-busy.ts';

/** What of a file is taken. */
export interface Selection {
  readonly databases?: readonly number[];
  readonly types?: readonly KeyType[];
  readonly accepts?: (key: OfferedKey) => boolean;
}

export interface WritingContext {
  readonly cluster: TargetCluster;
  readonly mode: 'missing' | 'overwrite';
  readonly selection: Selection;
  /** Keys that have expired by then are left out. */
  readonly nowMs: number;
  /** The database that everything goes into. @default the one that it came from */
  readonly database: number | undefined;
  readonly pace: Pace;
  readonly patienceMs: number;
  /** Its reason is what stopped the work. */
  readonly signal: AbortSignal;
  /** Stops the work of all shards. */
  readonly fail: (error: unknown) => void;
  /** Called when a shard has come further. */
  readonly onProgress: () => void;
  /** Writes all progress down, and returns when it is safe. */
  readonly save: () => Promise<void>;
}

/** Keys that are there and are looked at at the same time. */
const LOOKS_AT_ONCE = 64;

/** Writes one shard's keys, each batch to whoever owns its slots, and keeps count of what is settled up to where. */
export class ShardWriting {
  readonly #context: WritingContext;
  readonly #source: RangedBytes;
  readonly #progress: ShardProgress;
  readonly #horizon: Horizon;
  readonly #entries: Entry[] = [];
  readonly #looks = new Gate(LOOKS_AT_ONCE);
  readonly #inFlight = new InFlight();
  readonly #condemned: readonly number[];
  #big: TooBig[] = [];
  #wake: () => void = () => undefined;

  constructor(context: WritingContext, source: RangedBytes, progress: ShardProgress) {
    this.#context = context;
    this.#source = source;
    this.#progress = progress;
    this.#condemned = progress.condemned ?? [];
    this.#horizon = new Horizon(progress, context.save);
    context.signal.addEventListener('abort', () => this.#wake());
  }

  /** @throws whatever stopped it; the progress is then what has been settled */
  async run(): Promise<void> {
    if (this.#progress.isDone) return;
    const stream = this.#stream();
    let database = 0;
    for await (const batch of stream) {
      this.#context.signal.throwIfAborted();
      const select = batch.isSelect ? batch.command(0) : undefined;
      if (select?.kind === 'select') database = select.database;
      else await this.#send(batch, this.#context.database ?? database);
    }
    const last = await this.#writeBigBefore(Number.POSITIVE_INFINITY);
    await this.#until(() => this.#entries.length === 0);
    this.#add(last);
    this.#progress.counts = stream.counts;
    this.#progress.isDone = true;
    this.#context.onProgress();
  }

  #stream(): RestoreStream {
    const { selection, nowMs, mode } = this.#context;
    const { mark } = this.#progress;
    return new RestoreStream(this.#source, {
      ...selection,
      nowMs,
      replace: mode === 'overwrite',
      libraries: false,
      maxPayloadBytes: BIG_BYTES,
      onTooBig: (big) => this.#big.push(big),
      ...(mark === undefined ? {} : { from: mark }),
    });
  }

  async #send(batch: RestoreBatch, database: number): Promise<void> {
    const position = batch.mark?.position ?? 0;
    const before = await this.#writeBigBefore(position);
    const entry: Entry = { batch, database, left: batch.commands, ...before };
    this.#entries.push(entry);
    await this.#horizon.reach(position);
    const { cluster, pace } = this.#context;
    const leftOut = this.#leaveOut(entry, position);
    for (const { lane, commands, indexOf } of parcelsOf(batch, cluster, { atOnce: pace.atOnce, leftOut })) {
      await pace.take(commands.count);
      this.#context.signal.throwIfAborted();
      const parcel = new Parcel(commands, database, {
        succeeded: () => this.#written(entry, lane),
        refused: (at, message, { isRepeated }) =>
          this.#refused(entry, { index: indexOf(at), lane, message, isRepeated }),
      });
      await this.#push(lane, parcel, (at) => batch.command(indexOf(at)).offset);
    }
  }

  /** Settles the commands of a batch of which a server died. @returns their indexes */
  #leaveOut(entry: Entry, position: number): ReadonlySet<number> {
    const leftOut = new Set<number>();
    if (!this.#condemned.some((offset) => offset < position)) return leftOut;
    for (let index = 0; index < entry.batch.commands; index++) {
      const command = entry.batch.command(index);
      if (command.kind !== 'restore' || !this.#condemned.includes(command.offset)) continue;
      leftOut.add(index);
      entry.refused.push(diedOf({ ...command, database: entry.database }));
    }
    for (const _ of leftOut) this.#settle(entry);
    return leftOut;
  }

  /** What was sent and not answered, for the case that a server has died of it. */
  get inFlight(): Record<string, number[]> {
    return this.#inFlight.offsets();
  }

  async #push(lane: Lane, parcel: Parcel, offsetOf: (position: number) => number): Promise<void> {
    const answered = this.#inFlight.begin({ lane, parcel, offsetOf });
    const { done } = await lane.push(parcel);
    done.then(answered, (error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#context.fail(error);
    this.#wake();
  }

  #written(entry: Entry, lane: Lane): void {
    lane.noteWriting();
    this.#settle(entry, 'written');
  }

  #refused(entry: Entry, refusal: Refusal, tries: Tries = { count: 0, sinceMs: Date.now() }): void {
    const { index, message } = refusal;
    const code = codeOf(message);
    if (STOPS.has(code)) this.#fail(refusedBy(this.#context.cluster.name, message));
    else if (REDIRECTS.has(code) || PASSING.has(code))
      this.#again(entry, refusal, tries).catch((error) => this.#fail(error));
    else if (code === 'BUSYKEY') this.#busy(entry, refusal).catch((error) => this.#fail(error));
    else {
      const command = entry.batch.command(index);
      if (command.kind === 'restore')
        entry.refused.push(refusedKey({ ...command, database: entry.database }, message));
      this.#settle(entry);
    }
  }

  /** There already: our own, if it may be and is what the file holds; else somebody else's. */
  async #busy(entry: Entry, { index, lane, isRepeated }: Refusal): Promise<void> {
    const isUncertain = isRepeated || entry.batch.command(index).offset < this.#horizon.uncertainBefore;
    if (isUncertain) lane.noteWriting();
    const restored = isUncertain ? readRestore(commandOf(entry, index)) : undefined;
    const isOwn =
      restored !== undefined &&
      (await this.#looks.run(() => holdsAlready(this.#context.cluster, entry.database, restored)));
    this.#settle(entry, isOwn ? 'written' : 'skipped');
  }

  /** Sends a command again: to where it was sent on to, or to whoever owns its slot after a while. */
  async #again(entry: Entry, { index, message, isRepeated }: Refusal, tries: Tries): Promise<void> {
    const { cluster, signal, patienceMs, pace } = this.#context;
    const [code, , endpoint = ''] = message.split(' ');
    const isRedirect = REDIRECTS.has(code ?? '');
    if (Date.now() - tries.sinceMs > patienceMs) throw refusedBy(cluster.name, message);
    if (!isRedirect) pace.hold();
    const pauses = tries.count - (isRedirect ? REDIRECTIONS_AT_ONCE : 0);
    if (pauses >= 0) await sleep(pauseMs(pauses), undefined, { signal });
    if (code !== 'ASK' && code !== 'BUSY') await cluster.refresh();
    const command = commandOf(entry, index);
    const lane = isRedirect ? cluster.laneTo(endpoint) : cluster.ownerOf(slotOfRestore(command, 0));
    const commands = code === 'ASK' ? askingFor(command) : single(command);
    // Of ASKING and the command, the answer to the command counts; then what waited for it may go.
    const isOver = (at: number) => {
      if (at === commands.count - 1 && !isRedirect) pace.release();
      return at === commands.count - 1;
    };
    const parcel = new Parcel(commands, entry.database, {
      succeeded: (at) => isOver(at) && this.#written(entry, lane),
      refused: (at, again, sent) =>
        isOver(at) &&
        this.#refused(
          entry,
          { index, lane, message: again, isRepeated: sent.isRepeated },
          { ...tries, count: tries.count + 1 },
        ),
    });
    parcel.isRepeated = isRepeated;
    const { offset } = entry.batch.command(index);
    await this.#push(lane, parcel, () => offset);
  }

  #settle(entry: Entry, outcome?: 'written' | 'skipped'): void {
    if (outcome !== undefined) entry[outcome]++;
    if (--entry.left === 0 && entry === this.#entries[0]) this.#advance();
  }

  /** Moves the mark past all that is settled. */
  #advance(): void {
    for (let [first] = this.#entries; first?.left === 0; [first] = this.#entries) {
      this.#entries.shift();
      const { mark } = first.batch;
      this.#add(first);
      if (mark !== undefined) {
        this.#progress.mark = mark;
        this.#progress.counts = mark.counts;
      }
      first.batch.release();
    }
    this.#context.onProgress();
    this.#wake();
  }

  #add({ written, skipped, refused }: Pick<Entry, 'written' | 'skipped' | 'refused'>): void {
    const { tally } = this.#progress;
    tally.written += written;
    tally.skipped += skipped;
    tally.refused.push(...refused);
    try {
      refuseTooMany(tally.refused);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Values that are too large for a batch, of keys that begin before a byte of the file: one after the other. */
  async #writeBigBefore(position: number): Promise<Pick<Entry, 'written' | 'skipped' | 'refused'>> {
    const due = this.#big.filter(({ keyOffset }) => keyOffset < position);
    this.#big = this.#big.filter(({ keyOffset }) => keyOffset >= position);
    const done = { written: 0, skipped: 0, refused: [] as RefusedItem[] };
    for (const big of due) {
      if (big.kind === 'library') continue;
      const { database = big.database } = this.#context;
      if (this.#condemned.includes(big.keyOffset)) {
        const type = typeNameOf(big.type, big.format);
        done.refused.push(diedOf({ database, key: big.name, type }));
        continue;
      }
      await this.#horizon.reach(big.keyOffset + 1);
      await this.#context.pace.take(1);
      const mayBeOwn = big.keyOffset < this.#horizon.uncertainBefore;
      const onSending = (lane: Lane) => this.#inFlight.beginAlone(lane, big.keyOffset);
      const context = { ...this.#context, database, source: this.#source, mayBeOwn, onSending };
      const outcome = await writeBig(context, big).catch(skippedIfUnknown);
      this.#inFlight.endAlone();
      if (typeof outcome === 'object') done.refused.push(outcome);
      else done[outcome]++;
    }
    return done;
  }

  async #until(condition: () => boolean): Promise<void> {
    const { signal } = this.#context;
    while (!condition()) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
