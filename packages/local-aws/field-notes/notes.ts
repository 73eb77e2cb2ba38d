/** Field notes: what AWS answered to a program, in the order of the calls, to be compared with what the local AWS answers. */
export interface FieldNotes {
  readonly format: 1;
  /** What made them, and its version. */
  readonly madeBy: string;
  readonly startedAt: string;
  /** In the order of their roles: the first is where the caches are, the second where the copies are. */
  readonly regions: readonly string[];
  readonly calls: readonly NotedCall[];
}

export interface NotedCall {
  /** Milliseconds after the beginning, when the answer came. */
  readonly afterMs: number;
  /** As the SDK's client is named, without `Client`: `ElastiCache`. */
  readonly service: string;
  /** `DescribeSnapshots`. */
  readonly operation: string;
  readonly region: string;
  readonly input: Fields;
  /** Absent of a call that was refused. */
  readonly output?: Fields;
  readonly error?: { readonly code: string; readonly status: number; readonly message: string };
}

export type Fields = { readonly [name: string]: unknown };

/** Larger bodies are not kept: their size is. */
export const BODY_KEPT_BYTES = 65_536;

/** @throws TypeError that says what is not as it should be */
export function parseNotes(text: string): FieldNotes {
  const read = JSON.parse(text) as Partial<FieldNotes>;
  if (read.format !== 1) throw new TypeError(`format: expected 1, found ${JSON.stringify(read.format)}`);
  if (!Array.isArray(read.regions)) throw new TypeError('regions: expected a list of regions');
  if (!Array.isArray(read.calls)) throw new TypeError('calls: expected a list of calls');
  for (const [at, { service, operation, input }] of (read.calls as Partial<NotedCall>[]).entries())
    if (typeof service !== 'string' || typeof operation !== 'string' || typeof input !== 'object')
      throw new TypeError(`calls[${at}]: expected service, operation and input`);
  return read as FieldNotes;
}
