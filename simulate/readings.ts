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
  'snapshot-filter': 'the adapter reads both lists and joins them; the simulation replaces the adapters',
  'exported-objects': 'the ETags of buckets in memory are numbers under either answer',
  'exported-encryption': 'buckets in memory use one encryption unless a copy names another',
  'exported-checksum': 'a copy in memory has the same bytes',
  'export-grant': 'the simulation checks no permissions; the local AWS does',
  'exporter-rights': 'the simulation checks no permissions; the local AWS does',
  'seed-grant': 'buckets in memory have neither policies nor ACLs',
  'creator-rights': 'the simulation checks no permissions; the local AWS does',
  'slot-ranges': 'no simulated cache was resharded, so each shard has one range',
  'unknown-name': 'the adapter translates both answers into the same one',
  'error-names': 'the adapter translates AWS’s errors into Redrill’s own',
  'list-order': 'the adapter sorts the lists',
  'page-size': 'the adapter reads to the last page',
  'key-grantor': 'no simulated cache is encrypted with a customer managed key',
  'key-via-service': 'no simulated cache is encrypted with a customer managed key',
  'key-grant-mark': 'no simulated cache is encrypted with a customer managed key',
  'key-form': 'no simulated cache is encrypted with a customer managed key',
  'key-refusal':
    'no simulated cache is encrypted with a customer managed key; the adapter translates the errors',
  'serverless-status-case': 'the adapter translates statuses to lower case',
  'alarm-without-data': 'the simulation knows only the names of alarms; the local AWS models their states',
  'lambda-concurrency': 'the simulated Lambda accepts every invocation, unless a fault throttles it',
} as const satisfies Partial<Record<QuestionId, string>>;

/** What the simulated world shows, under any answer. */
export const MODELLED = [
  'snapshot-membership',
  'snapshotting-status',
  'second-snapshot',
  'exporting-status',
  'export-file-numbers',
  'export-files-appear',
  'serverless-exporting-status',
  'serverless-export-names',
  'serverless-export-files',
  'serverless-s3-seed',
  'serverless-without-group',
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
