import { InvalidArgumentError } from 'commander';
import { SHARDS_MAX } from '../core/model/limits.ts';
import { REGION_FORM } from '../core/model/region.ts';

/*
 * Reads options' values. What is refused begins with "It", the value: `--why '' is empty`.
 */

/** What is written down beside a decision. @throws InvalidArgumentError */
export function reason(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is empty; give the reason, which is recorded.');
}

/** @throws InvalidArgumentError */
export function region(text: string): string {
  if (REGION_FORM.test(text)) return text;
  throw new InvalidArgumentError('It is not a region; write it as eu-west-1.');
}

/** @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is not a whole number.');
}

/** @throws InvalidArgumentError */
export function timesFaster(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is not a pace; give a whole number from 1 to 9999.');
}

/** @throws InvalidArgumentError */
export function positiveNumber(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It is not a number above 0; write for example 2.5.');
}

/** @throws InvalidArgumentError */
export function shardCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= SHARDS_MAX) return Number(text);
  throw new InvalidArgumentError(`It is not a number of shards; give 1 to ${SHARDS_MAX}.`);
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (ReplicasPerNodeGroup) */
const MAX_REPLICAS = 5;

/** @throws InvalidArgumentError */
export function replicas(text: string): number {
  if (/^\d$/.test(text) && Number(text) <= MAX_REPLICAS) return Number(text);
  throw new InvalidArgumentError(`It is not a number of replicas; give 0 to ${MAX_REPLICAS} per shard.`);
}

/** @throws InvalidArgumentError */
export function nodeType(text: string): string {
  if (/^cache\.[a-z0-9-]+\.[a-z0-9]+$/.test(text)) return text;
  throw new InvalidArgumentError('It is not a node type; write it as cache.r7g.large.');
}

/** @throws InvalidArgumentError */
export function portNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It is not a port; give 1 to 65535.');
}
