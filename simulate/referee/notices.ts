import { alertEntry } from '../../core/alerts/registry.ts';
import { CANARY_CODE } from '../../core/contracts/resources.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/model/time.ts';
import type { Alert } from '../../core/ports.ts';
import { CANARY } from '../world/contents.ts';
import type { Points } from './points.ts';
import type { Verdicts } from './verdicts.ts';

/** What the product allows from a slot to its verified copy, before somebody is paged. */
const GRACE_MS = 15 * MINUTE_MS;
/** After that a page must come within one watch. */
const TOLD_WITHIN_MS = 15 * MINUTE_MS;
const WATCH_MS = 15 * MINUTE_MS;
/** For how long after a fault its consequences may be told, days; a drill or a tier may be missed for a month. */
const TOLD_AFTER_DAYS = { other: 4, promise: 40 } as const;
const PROMISES = /^(DrillOverdue|TierMissed)/;
/** From looking to pinging a Lambda may take its minute. */
const LAMBDA_MS = MINUTE_MS;

export interface Circumstances {
  readonly now: () => number;
  /** Whether a fault may keep the watch, or its messages, from getting through between two instants. */
  readonly watchHindered: (fromMs: number, toMs: number) => boolean;
  /** Whether a message may have been sent twice for want of an answer. */
  readonly answersLost: (sinceMs: number) => boolean;
  /** The end of the last fault that has begun; undefined before the first. */
  readonly lastFaultEnd: () => number | undefined;
  readonly check: (atMs: number, look: () => void) => void;
}

/** What people hear, and what they should have heard. */
export class Notices {
  readonly sent: { readonly atMs: number; readonly alert: Alert }[] = [];
  readonly alarms: { readonly atMs: number; readonly name: string }[] = [];
  lastPingMs: number | undefined;
  pings = 0;
  readonly #last = new Map<string, number>();
  /** Caches whose missed RPO people were told of, and not told that it is over. */
  readonly open = new Map<string, number>();
  /** What people were told by a watch and were not told that it is over, by code and cache. */
  readonly #unresolved = new Map<string, Pick<Alert, 'code' | 'cache'>>();
  /** Since when a cache is protected. */
  readonly protectedSince = new Map<string, number>();
  readonly #points: Points;
  readonly #verdicts: Verdicts;
  readonly #around: Circumstances;

  constructor(points: Points, verdicts: Verdicts, around: Circumstances) {
    this.#points = points;
    this.#verdicts = verdicts;
    this.#around = around;
  }

  protect(cache: string): void {
    if (this.protectedSince.has(cache)) return;
    this.protectedSince.set(cache, this.#around.now());
    this.newestChanged(cache);
  }

  /** When the cache leaves its objective if nothing new comes, grace included. */
  dueMs(cache: string): number {
    const since = this.#points.newest(cache)?.slotMs ?? this.protectedSince.get(cache) ?? this.#around.now();
    return since + secondsToMs(this.#points.planOf(cache).rpo) + GRACE_MS;
  }

  /** The next instant at which a cache leaves its objective; undefined if one is outside already. */
  nextDueMs(): number | undefined {
    let next = Number.POSITIVE_INFINITY;
    for (const cache of this.protectedSince.keys()) next = Math.min(next, this.dueMs(cache));
    return next <= this.#around.now() || this.open.size > 0 ? undefined : next;
  }

  newestChanged(cache: string): void {
    const due = this.dueMs(cache);
    // A copy may be too old already when it comes.
    const outsideMs = Math.max(due, this.#around.now());
    this.#around.check(outsideMs + TOLD_WITHIN_MS + 1000, () => this.#mustBeTold(cache, due));
  }

  #mustBeTold(cache: string, due: number): void {
    if (this.dueMs(cache) !== due) return;
    const now = this.#around.now();
    const told = this.sent.findLast(({ alert }) => alert.code === 'RpoMissed' && alert.cache === cache);
    if (told !== undefined && told.atMs >= due - GRACE_MS) return;
    if (!this.#around.watchHindered(due - GRACE_MS, now)) {
      this.#verdicts.violated('I9', `${cache} left its objective at ${iso(due)}, and nobody was told`);
      return;
    }
    // Then the dead man's switch, which waits for pings outside AWS, is what tells.
    this.#verdicts.must(
      this.lastPingMs === undefined || this.lastPingMs <= due + LAMBDA_MS,
      'I9',
      () => `${cache} left its objective at ${iso(due)}; nobody was told, and heartbeats go on`,
    );
  }

  alert(alert: Alert): void {
    const now = this.#around.now();
    this.mustNotTell(`${alert.subject}\n${alert.text}`, 'an alert');
    if (alert.code === CANARY_CODE) return;
    // Every slot is a matter of its own: a backlog may bring several within an hour.
    const of = /^The .* (?:failed\.|is complete, but .*)$/m.exec(alert.text) ?? '';
    const fault = `${alert.code} ${alert.subject} ${of}`;
    const last = this.#last.get(fault) ?? Number.NEGATIVE_INFINITY;
    this.#verdicts.must(
      now - last >= HOUR_MS || this.#around.answersLost(last),
      'I17',
      () => `'${alert.subject}' was told twice within ${Math.round((now - last) / MINUTE_MS)} minutes`,
    );
    const days = PROMISES.test(alert.code) ? TOLD_AFTER_DAYS.promise : TOLD_AFTER_DAYS.other;
    const ended = this.#around.lastFaultEnd();
    this.#verdicts.must(
      ended !== undefined && now - ended < days * 24 * HOUR_MS,
      'I17',
      () => `'${alert.subject}' was told, and nothing is wrong`,
    );
    this.#last.set(fault, now);
    this.sent.push({ atMs: now, alert });
    this.#follow(alert);
    if (alert.code === 'RpoMissed') this.open.set(alert.cache, now);
    if (alert.code === 'RpoMissedResolved') this.#mustBeWithin(alert.cache);
  }

  /** A watch says when what it told is over; what failed once, in an execution, is told once. */
  #follow({ code, cache, text }: Alert): void {
    if (code.endsWith('Resolved')) this.#unresolved.delete(`${code.slice(0, -'Resolved'.length)} ${cache}`);
    else if (!text.includes('Execution: ') && alertEntry(code)?.newsOf === undefined)
      this.#unresolved.set(`${code} ${cache}`, { code, cache });
  }

  /**
   * Once faults have stopped for long enough, nothing that a watch has told stays open.
   * @param isQuiet whether a cache has met no fault for its two slots, and so much longer
   */
  mustBeOver(isQuiet: (cache: string, longerMs: number) => boolean): void {
    for (const { code, cache } of this.#unresolved.values()) {
      const longerMs = PROMISES.test(code) ? TOLD_AFTER_DAYS.promise * DAY_MS : 0;
      const about = this.protectedSince.has(cache) ? [cache] : [...this.protectedSince.keys()];
      const quiet = about.every((each) => isQuiet(each, longerMs));
      this.#verdicts.must(!quiet, 'I16', () => `the alert ${code} about '${cache}' was never resolved`);
    }
  }

  #mustBeWithin(cache: string): void {
    this.open.delete(cache);
    this.#verdicts.must(
      this.#around.now() <= this.dueMs(cache) + LAMBDA_MS,
      'I9',
      () => `${cache} was said to be within its objective, which it left at ${iso(this.dueMs(cache))}`,
    );
  }

  alarm(name: string): void {
    this.alarms.push({ atMs: this.#around.now(), name });
  }

  ping(url: string, body: string): void {
    this.mustNotTell(body, 'a heartbeat');
    if (/\/(start|fail)\?/.test(url)) return;
    const now = this.#around.now();
    this.lastPingMs = now;
    this.pings++;
    for (const cache of this.protectedSince.keys()) {
      const newest = this.#points.newest(cache);
      this.#verdicts.must(
        newest !== undefined && now <= this.dueMs(cache) + LAMBDA_MS,
        'I2',
        () => `a heartbeat was sent, and ${cache}’s newest good copy is ${newest?.slot ?? 'not there'}`,
      );
    }
  }

  /** Whether an alert names this execution. @param code of the alert; any, if it is left out */
  toldOf(execution: string, code?: string): boolean {
    return this.sent.some(
      ({ alert }) =>
        alert.text.includes(`Execution: ${execution}\n`) && (code === undefined || alert.code === code),
    );
  }

  mustNotTell(text: string, where: string): void {
    if (text.includes(CANARY))
      this.#verdicts.violated('I13', `${where} holds a key name, a value or a secret`);
  }

  /** Once faults have stopped for long enough. */
  mustHaveRecovered(caches: readonly string[], everyMs: (cache: string) => number): void {
    const now = this.#around.now();
    for (const cache of caches) {
      const newest = this.#points.newest(cache);
      this.#verdicts.must(
        newest !== undefined && now - newest.slotMs <= everyMs(cache) + 3 * HOUR_MS,
        'I16',
        () =>
          `${cache} has no new verified point although faults have stopped; its newest is ${newest?.slot}`,
      );
      this.#verdicts.must(!this.open.has(cache), 'I16', () => `the alert about ${cache} was never resolved`);
    }
  }

  mustBeat(): void {
    const now = this.#around.now();
    const last = this.lastPingMs ?? 0;
    this.#verdicts.must(
      now - last <= 24 * HOUR_MS + 2 * WATCH_MS,
      'I16',
      () => `no heartbeat since ${iso(last)} although faults have stopped`,
    );
  }
}

function secondsToMs(duration: string): number {
  const unit = { m: 60, h: 3600, d: 86_400 }[duration.slice(-1)] ?? Number.NaN;
  return Number(duration.slice(0, -1)) * unit * 1000;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
