import { presets } from '../contracts/presets.ts';
import { DRILL_CLUSTER_PREFIX } from '../model/names.ts';
import { isRehearsal } from '../model/rehearsal.ts';
import type { ListedCache } from './listed-cache.ts';

export type PresetName = keyof typeof presets;
export const PRESET_NAMES = Object.keys(presets) as readonly PresetName[];

export interface Proposal {
  readonly preset: PresetName;
  /** For people, after a semicolon: `its id says session`. */
  readonly because: string;
}

/**
 * Words in ids, and the preset of the data that they name. The first preset that fits is proposed: the one whose loss costs
 * most comes first, so that a guess errs towards more copies.
 */
const HINTS: readonly (readonly [PresetName, readonly string[]])[] = [
  ['eventLog', ['event', 'log', 'audit', 'ledger', 'journal', 'stream', 'history', 'order', 'outbox']],
  ['jobQueue', ['queue', 'job', 'task', 'worker', 'sidekiq', 'bullmq', 'celery', 'resque']],
  ['sessionStore', ['session', 'login', 'auth', 'token', 'cart', 'basket']],
  ['rateLimits', ['limit', 'limiter', 'throttle', 'quota']],
];

/** A shorter word must be a whole part of an id: `blog` is no log. */
const INSIDE_CHARACTERS = 5;

/**
 * The preset to offer for a cache that can be protected. Without a hint it is `sessionStore`; `pureCache`, which protects
 * nothing, is never proposed: only a person knows that data can be lost.
 */
export function proposePreset({ id }: Pick<ListedCache, 'id'>): Proposal {
  const parts = id.split('-').map((part) => part.replace(/\d+$/, ''));
  for (const [preset, words] of HINTS) {
    const word = words.find((each) => parts.some((part) => says(part, each)));
    if (word !== undefined) return { preset, because: `its id says ${word}` };
  }
  return { preset: 'sessionStore', because: 'its id does not say what it holds' };
}

function says(part: string, word: string): boolean {
  if (part === word || part === `${word}s`) return true;
  return word.length >= INSIDE_CHARACTERS && part.includes(word);
}

const ENGINES = ['valkey', 'redis'];

/** Why ElastiCache or Redrill cannot back a cache up; undefined if both can. */
export function whyUnprotectable(
  cache: Pick<ListedCache, 'engine' | 'nodeType' | 'dataTiering' | 'refusal'>,
): string | undefined {
  if (cache.refusal !== undefined) return cache.refusal;
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-23)
  if (cache.dataTiering) return 'ElastiCache does not export backups of caches with data tiering';
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html (checked 2026-11-23)
  if (cache.nodeType === 'cache.t1.micro') return 'ElastiCache takes no backups of cache.t1.micro nodes';
  if (cache.engine !== undefined && !ENGINES.includes(cache.engine))
    return `Redrill reads backups of ${ENGINES.join(' and ')}, not of ${cache.engine}`;
  return undefined;
}

/** Clusters of drills and rehearsals come and go; nobody protects them. */
export function isRedrillsOwn({ id }: Pick<ListedCache, 'id'>): boolean {
  return isRehearsal(id) || id.startsWith(DRILL_CLUSTER_PREFIX);
}

/**
 * The preset that a person means: `jobQueue`, `job-queue`, or the beginning of one alone, such as `job`. Undefined if it is
 * none, or the beginning of several.
 */
export function presetNamed(text: string): PresetName | undefined {
  const wanted = plain(text);
  const found = PRESET_NAMES.filter((name) => wanted !== '' && plain(name).startsWith(wanted));
  return found.length === 1 ? found[0] : undefined;
}

const plain = (text: string) => text.trim().replaceAll(/[-_ ]/g, '').toLowerCase();

/** The name of a preset's plan in the configuration, and in the tag `redrill:plan`: `jobQueue` is `job-queue`. */
export function planNameOf(preset: PresetName): string {
  return preset.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
