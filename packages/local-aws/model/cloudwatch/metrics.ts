/** A metric's identity within an account and region. */
export interface MetricId {
  readonly account: string;
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values of a metric at an instant. */
export interface MetricDatum extends MetricId {
  /** Virtual instant, ms since the epoch. */
  readonly at: number;
  readonly values: readonly number[];
  readonly unit?: string;
}

/** Takes metric data, from AWS services themselves and from EMF. */
export interface MetricSink {
  put(datum: MetricDatum): void;
}

interface Sample {
  readonly at: number;
  readonly value: number;
  readonly unit: string | undefined;
}

interface Series {
  readonly id: MetricId;
  /** Sorted by `at`. */
  readonly samples: Sample[];
}

/** Half-open stretch of virtual time, ms since the epoch. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

type MetricReader = (id: MetricId, stretch: Stretch) => readonly number[];

/** All metric data of every account and region. */
export class MetricStore implements MetricSink {
  /** Of services that count only when somebody asks, by namespace. */
  readonly #counted = new Map<string, MetricReader>();
  readonly #series = new Map<string, Series>();

  /** From now on, values of a namespace are what its service counts. */
  count(namespace: string, reader: MetricReader): void {
    this.#counted.set(namespace, reader);
  }

  put({ at, values, unit, ...id }: MetricDatum): void {
    const key = keyOf(id);
    const series = this.#series.get(key) ?? { id, samples: [] };
    this.#series.set(key, series);
    const index = firstAfter(series.samples, at);
    series.samples.splice(index, 0, ...values.map((value) => ({ at, value, unit })));
  }

  /** The values in a stretch of time, in order; only those of `unit` if it is given. */
  values(id: MetricId, { from, until }: Stretch, unit?: string): readonly number[] {
    const count = this.#counted.get(id.namespace);
    if (count !== undefined) return count(id, { from, until });
    const samples = this.#series.get(keyOf(id))?.samples ?? [];
    return samples
      .slice(firstAfter(samples, from - 1), firstAfter(samples, until - 1))
      .filter((sample) => unit === undefined || sample.unit === unit)
      .map(({ value }) => value);
  }

  /** Every metric that has data, of one account and region. */
  list(account: string, region: string): readonly MetricId[] {
    return [...this.#series.values()]
      .map(({ id }) => id)
      .filter((id) => id.account === account && id.region === region);
  }
}

function keyOf({ account, region, namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([account, region, namespace, name, sorted]);
}

/** Index of the first sample later than `at`. Data mostly come in order, so the search starts at the end. */
function firstAfter(samples: readonly Sample[], at: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((samples[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
