import { QUESTIONS, type QuestionId, type Readings, readingsOf } from '@redrill/local-aws/readings';
import { ASSUMPTIONS } from '../core/contracts/assumptions.ts';
import { Random } from './random.ts';

/** Answers to some of the questions; the others have the usual one. */
export type Chosen = Readonly<Record<string, string>>;

/** An answer under which Redrill refuses, and the code with which it has to. */
export interface Refusal {
  readonly id: string;
  readonly reading: string;
  readonly code: string;
}

/** What AWS's documentation leaves open and the simulated world does not show, each with the reason. */
export const NOT_MODELLED = {
  'snapshot-filter': 'the adapter asks for both lists and joins them; the simulation begins at the ports',
  'exported-objects': 'the ETags of buckets in memory are numbers, under either answer',
  'exported-encryption': 'buckets in memory have one encryption until a copy names another',
  'exported-checksum': 'copies in memory are the same bytes',
  'export-grant': 'calls of ports are not authorised; the local AWS does that',
  'exporter-rights': 'calls of ports are not authorised; the local AWS does that',
  'seed-grant': 'buckets in memory have neither policies nor ACLs',
  'creator-rights': 'calls of ports are not authorised; the local AWS does that',
  'slot-ranges': 'no simulated cache was resharded, so each shard has one range',
  'unknown-name': 'the adapter makes one answer of both',
  'error-names': 'the adapter translates errors; ports throw Redrill’s own',
  'list-order': 'the adapter sorts',
  'page-size': 'the adapter reads to the last page',
  'key-grantor': 'no simulated cache has a key of its owner',
  'key-via-service': 'no simulated cache has a key of its owner',
  'key-grant-mark': 'no simulated cache has a key of its owner',
  'key-form': 'no simulated cache has a key of its owner',
  'key-refusal': 'no simulated cache has a key of its owner; the adapter translates the errors',
  'alarm-without-data':
    'alarms are the names that the templates have; CloudWatch’s states are the local AWS’s',
  'lambda-concurrency': 'Lambda takes every invocation, unless a fault throttles it',
} as const satisfies Partial<Record<QuestionId, string>>;

/** What the simulated world shows, under any answer. */
export const MODELLED = [
  'snapshot-membership',
  'snapshotting-status',
  'second-snapshot',
  'exporting-status',
  'export-file-numbers',
  'export-files-appear',
  'rdb-version',
  'replication-timestamp',
  'durations',
  'seed-placement',
  'endpoint-visible',
  'endpoint-answers',
  'capacity-refusal',
  'created-visible',
  'deleted-visible',
  'tags-visible',
  'tags-of-busy',
  'absent-fields',
  'time-precision',
  'engine-version',
  'lifecycle-lag',
] as const satisfies readonly QuestionId[];

/** One seed in so many has an answer that Redrill refuses. */
const REFUSED_EVERY = 25;
const REFUSED_AT = 13;

const answersTo = (id: QuestionId) => Object.keys(QUESTIONS[id].readings);

const REFUSED: readonly Refusal[] = MODELLED.flatMap((id) =>
  answersTo(id).flatMap((reading) => {
    const code = ASSUMPTIONS[id]?.refuses[reading];
    return code === undefined ? [] : [{ id, reading, code }];
  }),
);

/**
 * An answer to every question that is modelled: any under which Redrill works. A small share of seeds has one answer that it
 * refuses, to one question.
 */
export function drawReadings(seed: number): Chosen {
  const random = new Random(seed, 'readings');
  const drawn = MODELLED.map((id) => {
    const works = answersTo(id).filter((reading) => ASSUMPTIONS[id]?.refuses[reading] === undefined);
    return [id, random.pick(works)];
  });
  const refused = seed % REFUSED_EVERY === REFUSED_AT ? random.pick(REFUSED) : undefined;
  return { ...Object.fromEntries(drawn), ...(refused && { [refused.id]: refused.reading }) };
}

/** Those that are not the usual ones. */
export function unusual(chosen: Chosen): Chosen {
  const usual: Chosen = readingsOf();
  return Object.fromEntries(Object.entries(chosen).filter(([id, reading]) => usual[id] !== reading));
}

export function refusalAmong(readings: Readings): Refusal | undefined {
  return REFUSED.find(({ id, reading }) => readings[id as QuestionId] === reading);
}

/** `created-visible=after-a-minute, durations=long`; `the usual ones` if there is no other. */
export function readingsInWords(chosen: Chosen): string {
  const answers = Object.entries(unusual(chosen)).map(([id, reading]) => `${id}=${reading}`);
  return answers.length === 0 ? 'the usual ones' : answers.join(', ');
}
