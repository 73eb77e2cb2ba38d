import { type MaskOptions, masking } from './mask.ts';
import { BODY_KEPT_BYTES, type FieldNotes, type Fields, type NotedCall } from './notes.ts';

/** What the SDK's clients tell their logger of each call. */
export interface LoggedCall {
  readonly clientName: string;
  readonly commandName: string;
  readonly input: object;
  readonly output?: object;
  readonly error?: Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly Code?: string;
    readonly Error?: { readonly Code?: string };
  };
}

export interface RecorderOptions extends MaskOptions {
  readonly madeBy: string;
  readonly now: () => Date;
  readonly regions: readonly string[];
  /** Puts back what the SDK’s log hides of an input and is needed to make the call again. @default nothing */
  readonly complete?: (call: { readonly operation: string; readonly input: Fields }) => Fields;
  /** Where a call went whose answer names no region. */
  readonly regionOf: (call: {
    readonly service: string;
    readonly operation: string;
    readonly input: Fields;
  }) => string;
}

/** Keeps calls and answers, masked when they come in: what is secret is never in the notes. */
export class Recorder {
  #calls: NotedCall[] = [];
  readonly #options: RecorderOptions;
  #startedAt: Date;
  readonly #masked: (value: unknown) => unknown;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#startedAt = options.now();
    this.#masked = masking(options);
  }

  /** @param at when the answer came. @default now */
  note({ clientName, commandName, input, output, error }: LoggedCall, at = this.#options.now()): void {
    const service = clientName.replace(/Client$/, '');
    const operation = commandName.replace(/Command$/, '');
    const { complete = ({ input }) => input } = this.#options;
    const masked = this.#masked(complete({ operation, input: plain(input) as Fields })) as Fields;
    const answer = output === undefined ? undefined : (this.#masked(plain(output)) as Fields);
    this.#calls.push({
      afterMs: at.getTime() - this.#startedAt.getTime(),
      service,
      operation,
      region: regionIn(masked, answer) ?? this.#options.regionOf({ service, operation, input: masked }),
      input: masked,
      ...(answer && { output: answer }),
      ...(error && {
        error: {
          code: codeOnTheWire(error),
          status: error.$metadata?.httpStatusCode ?? 0,
          message: String(this.#masked(error.message)),
        },
      }),
    });
  }

  /** Forgets what it has noted: the notes begin now. */
  beginAnew(): void {
    this.#calls = [];
    this.#startedAt = this.#options.now();
  }

  get notes(): FieldNotes {
    const { madeBy, regions } = this.#options;
    return { format: 1, madeBy, startedAt: this.#startedAt.toISOString(), regions, calls: this.#calls };
  }
}

/** The SDK names an error as its model does; what AWS said lies beside it. */
function codeOnTheWire(error: NonNullable<LoggedCall['error']>): string {
  return error.Error?.Code ?? error.Code ?? error.name;
}

/** The first region that an ARN names. */
function regionIn(...values: readonly unknown[]): string | undefined {
  return /"arn:aws:(?:elasticache|states|sns|lambda):([a-z0-9-]+):/.exec(JSON.stringify(values))?.[1];
}

/** As JSON has it: dates as text, bodies in base64 or by their size. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array)
    return value.length > BODY_KEPT_BYTES
      ? `<${value.length} bytes>`
      : { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('pipe' in value || 'getReader' in value) return '<a stream>';
  const fields = Object.entries(value).filter(([name, held]) => name !== '$metadata' && held !== undefined);
  return Object.fromEntries(fields.map(([name, held]) => [name, plain(held)]));
}
