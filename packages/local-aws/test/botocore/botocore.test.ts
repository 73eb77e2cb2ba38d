import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../local-aws.ts';
import { type Answer, Driver } from './driver.ts';
import type { CallRow, Row } from './row.ts';
import { ACCESS } from './table/access.ts';
import { ELASTICACHE } from './table/elasticache.ts';
import { EVENTS } from './table/events.ts';
import { NAMES } from './table/names.ts';
import { S3 } from './table/s3.ts';
import { SERVERLESS } from './table/serverless.ts';
import { REGION, startWorld } from './world.ts';

/*
 * The local AWS answers a client that nobody here wrote as AWS would, by its documentation and by recordings of it. To
 * add a call that answers otherwise, add a row to its service's table; this file need not change.
 */

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  S3,
  ELASTICACHE,
  SERVERLESS,
  ACCESS,
  EVENTS,
  NAMES,
};
/** A table that loses its rows would pass, too. There are some 330. */
const CALLS_AT_LEAST = 150;

let aws: LocalAws;
let driver: Driver;

beforeAll(async () => {
  aws = await startWorld();
  driver = new Driver(aws.environment(REGION));
  return async () => {
    driver.close();
    await aws.close();
  };
});

describe.each(Object.entries(TABLES))('%s', (_name, rows) => {
  it('answers every row of its table as AWS does', async () => {
    const saved: Record<string, string> = {};
    const wrong: string[] = [];
    for (const row of rows) {
      if ('minutes' in row) {
        await aws.clock.run({ until: aws.clock.now() + row.minutes * 60_000 });
        continue;
      }
      const answer = await ask(row, saved);
      save(row, answer, saved);
      const difference = differenceOf(withSaved(row.gives, saved), answer);
      if (difference !== undefined)
        wrong.push(`${titleOf(row, saved)}\n  ${difference}\n  after ${row.source}`);
    }
    expect(wrong.join('\n\n')).toBe('');
  });
});

it('knows at least 150 calls, each with its source', () => {
  const calls = Object.values(TABLES).flatMap((rows) => rows.filter((row) => 'operation' in row));
  expect(calls.length).toBeGreaterThanOrEqual(CALLS_AT_LEAST);
  expect(calls.filter(({ source }) => source === '')).toEqual([]);
});

function ask(row: CallRow, saved: Readonly<Record<string, string>>): Promise<Answer> {
  const { service, operation, region = REGION, parameters = {} } = row;
  return driver.call({ service, operation, region, parameters: withSaved(parameters, saved) });
}

function titleOf({ service, operation, parameters = {} }: CallRow, saved: Readonly<Record<string, string>>) {
  return `${service} ${operation} ${JSON.stringify(withSaved(parameters, saved)).slice(0, 300)}`;
}

function save({ saves = {} }: CallRow, { fields = {} }: Answer, saved: Record<string, string>): void {
  for (const [name, path] of Object.entries(saves)) {
    let at: unknown = fields;
    for (const step of path.split('.')) at = Object(at)[step];
    saved[name] = String(at);
  }
}

/** The value with what was saved in the place of `{{name}}`. */
function withSaved<Value>(value: Value, saved: Readonly<Record<string, string>>): Value {
  if (value instanceof RegExp) return value;
  if (typeof value === 'string')
    return value.replace(/\{\{(\w+)\}\}/g, (_, name: string) => saved[name] ?? `no ${name}`) as Value;
  if (Array.isArray(value)) return value.map((each) => withSaved(each, saved)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withSaved(each, saved)]),
  ) as Value;
}

/** What of the answer is not as the row has it. */
function differenceOf(gives: CallRow['gives'], answer: Answer): string | undefined {
  const given = JSON.stringify(answer).slice(0, 500);
  if ('code' in gives) {
    const { code, status = 400, message = '' } = gives;
    const same = answer.code === code && answer.status === status && (answer.message ?? '').includes(message);
    return same ? undefined : `expected ${code} ${status} ${message}, got ${given}`;
  }
  const { status = 200, fields } = gives;
  if (answer.status !== status || answer.fields === undefined) return `expected ${status}, got ${given}`;
  const path = firstOff(fields, answer.fields, '');
  return path === undefined
    ? undefined
    : `expected ${JSON.stringify(fields)}, not so at ${path}: got ${given}`;
}

/** Where `actual` lacks something of `wanted`; lists have to be as long as theirs. */
function firstOff(wanted: unknown, actual: unknown, path: string): string | undefined {
  if (wanted instanceof RegExp) return wanted.test(String(actual)) ? undefined : path;
  if (typeof wanted !== 'object' || wanted === null) return Object.is(wanted, actual) ? undefined : path;
  if (typeof actual !== 'object' || actual === null) return path;
  if (Array.isArray(wanted) && (!Array.isArray(actual) || actual.length !== wanted.length)) return path;
  for (const [name, each] of Object.entries(wanted)) {
    const off = firstOff(each, Object(actual)[name], `${path}.${name}`);
    if (off !== undefined) return off;
  }
  return undefined;
}
