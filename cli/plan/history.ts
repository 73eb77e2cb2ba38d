import { SAVING_MARGIN_MS } from '../../adapters/lambda/time-left.ts';
import { SHARDS_MAX } from '../../core/model/limits.ts';
import { READING } from '../../lib/lambda/lambda-function.ts';
import type { Templates } from './templates.ts';
import { eventsOf } from './transitions.ts';

/** The Choice at the end of verify-shard's loop, and the Map around it: lib/ingest/definition.ts. */
const LOOP = 'ShardDone';
const MAP = 'IngestShards';

/** How long one invocation reads before it saves where it is, seconds. */
export const READING_SECONDS = READING.timeout.toSeconds() - SAVING_MARGIN_MS / 1000;

export interface IngestHistory {
  /** Of the largest cache there can be, each shard read in one invocation. */
  readonly events: number;
  /** Of one invocation more, of one shard. */
  readonly eventsPerRound: number;
  /** The most invocations that the execution's time allows besides. */
  readonly roundsMax: number;
}

/** What an ingest writes into its history, which has to stay below Step Functions' limit whatever the shards' size. */
export function ingestHistory(templates: Templates): IngestHistory {
  const definition = templates.definitionOf('ingest');
  const events = (rounds: number, shards: number) =>
    eventsOf(definition, { shards, waits: {}, rounds: { [LOOP]: rounds } });
  const atOnce = definition.States[MAP]?.MaxConcurrency;
  if (atOnce === undefined) throw new Error(`the ingest has no Map ${MAP} of limited concurrency`);
  return {
    events: events(0, SHARDS_MAX),
    eventsPerRound: events(1, 1) - events(0, 1),
    roundsMax: Math.ceil((atOnce * definition.TimeoutSeconds) / READING_SECONDS),
  };
}
