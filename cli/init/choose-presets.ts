import { cacheId } from '../../core/contracts/aliases.ts';
import type { ChosenCache } from '../../core/init/config-text.ts';
import { describeCache, type ListedCache } from '../../core/init/listed-cache.ts';
import {
  isRedrillsOwn,
  PRESET_NAMES,
  type PresetName,
  presetNamed,
  proposePreset,
  whyUnprotectable,
} from '../../core/init/propose-preset.ts';
import { AppError } from '../../core/model/errors.ts';
import { nearest } from '../nearest.ts';
import type { Questions } from '../terminal/questions.ts';

/** What becomes of the caches of the account. */
export interface Choice {
  readonly chosen: readonly ChosenCache[];
  readonly unprotectable: readonly { readonly id: string; readonly because: string }[];
}

export interface ChooseOptions {
  /** What ElastiCache lists; undefined if it could not be read. */
  readonly listed: readonly ListedCache[] | undefined;
  /** By `--cache`. */
  readonly given: ReadonlyMap<string, PresetName>;
  readonly region: string;
  /** Undefined without a terminal. */
  readonly questions: Questions | undefined;
  readonly yes: boolean;
}

/** @throws AppError `BadInput` for what is not `<id>=<preset>` */
export function presetsGiven(texts: readonly string[]): ReadonlyMap<string, PresetName> {
  return new Map(
    texts.map((text) => {
      const [id = '', name = ''] = text.split('=');
      const preset = presetNamed(name);
      if (cacheId.safeParse(id).success && preset !== undefined) return [id, preset] as const;
      throw new AppError(
        'BadInput',
        `--cache '${text}' is not a cache and its preset; write it as orders=eventLog, with one of ${PRESET_NAMES.join(', ')}`,
      );
    }),
  );
}

/**
 * One preset for each cache that can be protected: the given one, the person's, or the proposed one.
 * @throws AppError `BadInput` if `--cache` names no cache, or one that cannot be protected, or if nobody can be asked
 */
export async function choosePresets(options: ChooseOptions): Promise<Choice> {
  const { listed, given, yes, questions } = options;
  const caches = (listed ?? []).filter((cache) => !isRedrillsOwn(cache));
  const unprotectable = caches.flatMap((cache) => {
    const because = whyUnprotectable(cache);
    return because === undefined ? [] : [{ id: cache.id, because }];
  });
  refuseGiven(options, { caches, unprotectable });
  const can = caches.filter(({ id }) => unprotectable.every((other) => other.id !== id));
  const open = can.filter(({ id }) => !given.has(id));
  if (open.length > 0 && !yes && questions === undefined) throw nobodyToAsk(open);
  const asked =
    yes || questions === undefined ? proposals(open) : await askEach(questions, open, options.region);
  const named = [...given].map(([id, preset]) => ({
    cache: can.find((each) => each.id === id) ?? unseen(id),
    preset,
  }));
  const chosen = [...named, ...asked].sort((one, other) => (one.cache.id < other.cache.id ? -1 : 1));
  return { chosen, unprotectable };
}

function refuseGiven(
  { listed, given, region }: ChooseOptions,
  { caches, unprotectable }: Pick<Choice, 'unprotectable'> & { readonly caches: readonly ListedCache[] },
): void {
  if (listed === undefined) return;
  const ids = caches.map(({ id }) => id);
  for (const id of given.keys()) {
    if (!ids.includes(id))
      throw new AppError('BadInput', `--cache: there is no cache '${id}' in ${region}${nearest(id, ids)}`);
    const refused = unprotectable.find((each) => each.id === id);
    if (refused !== undefined)
      throw new AppError('BadInput', `--cache: ${id} cannot be protected: ${refused.because}`);
  }
}

/** A cache that is known by its id alone. */
const unseen = (id: string): ListedCache => ({
  id,
  engine: undefined,
  nodeType: undefined,
  shards: 1,
  dataTiering: false,
});

const proposals = (caches: readonly ListedCache[]): readonly ChosenCache[] =>
  caches.map((cache) => ({ cache, preset: proposePreset(cache).preset }));

async function askEach(
  questions: Questions,
  caches: readonly ListedCache[],
  region: string,
): Promise<readonly ChosenCache[]> {
  if (caches.length === 0) return [];
  questions.say(`\nCaches in ${region}. Press Enter for the preset in brackets, or type another one:`);
  questions.say(
    `${PRESET_NAMES.filter((name) => name !== 'pureCache').join(', ')}, or pureCache, which protects nothing.`,
  );
  const chosen: ChosenCache[] = [];
  for (const cache of caches) chosen.push({ cache, preset: await askPreset(questions, cache) });
  return chosen;
}

async function askPreset(questions: Questions, cache: ListedCache): Promise<PresetName> {
  const { preset, because } = proposePreset(cache);
  for (;;) {
    const typed = await questions.ask(`  ${cache.id}: ${describeCache(cache)}; ${because} [${preset}]: `);
    const named = typed === '' ? preset : presetNamed(typed);
    if (named !== undefined) return named;
    questions.say(`  '${typed}' is not one of ${PRESET_NAMES.join(', ')}`);
  }
}

function nobodyToAsk(open: readonly ListedCache[]): AppError {
  const options = open.map((cache) => `--cache ${cache.id}=${proposePreset(cache).preset}`).join(' ');
  return new AppError(
    'BadInput',
    `there is no terminal to ask on; add --yes for the proposed presets, or name them: ${options}`,
  );
}
