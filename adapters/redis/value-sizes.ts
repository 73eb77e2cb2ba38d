import type { KeyBatch } from './key-batch.ts';
import { CommandBatch, encodeStart } from './resp-command.ts';
import type { RespConnection } from './resp-connection.ts';
import { ServerRefusal, StrictReceiver } from './resp-receivers.ts';

/**
 * How large values are: by MEMORY USAGE, or, where it is refused, by how many elements they have. Serverless caches have no
 * MEMORY and no OBJECT. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (checked 2026-11-25)
 */
type SizeSource = 'memory' | 'counts';

type Connection = Pick<RespConnection, 'ask'>;

/** What an element is taken to have where nothing tells, bytes: more than most have, so that little is read at once. */
const ELEMENT_BYTES = 1_024;

/** What PEXPIRETIME answers when there is no such key. */
export const GONE = -2;

const EXPIRY = encodeStart('PEXPIRETIME');
const USAGE = encodeStart('MEMORY', 'USAGE');
const TYPE = encodeStart('TYPE');

/** How each type tells its size; that of a module's value nothing tells. */
const COUNTS: Readonly<Record<string, { readonly command: string; readonly bytesEach: number }>> = {
  string: { command: 'STRLEN', bytesEach: 1 },
  list: { command: 'LLEN', bytesEach: ELEMENT_BYTES },
  set: { command: 'SCARD', bytesEach: ELEMENT_BYTES },
  hash: { command: 'HLEN', bytesEach: ELEMENT_BYTES },
  zset: { command: 'ZCARD', bytesEach: ELEMENT_BYTES },
  stream: { command: 'XLEN', bytesEach: ELEMENT_BYTES },
};

const COUNT_STARTS = new Map(
  Object.entries(COUNTS).map(([type, { command }]) => [type, encodeStart(command)]),
);

/** The size of one value, bytes, about; 0 if its key is gone, or nothing tells. */
export async function valueSize(connection: Connection, key: Uint8Array): Promise<number> {
  try {
    return Number((await connection.ask('MEMORY', 'USAGE', key)) ?? 0);
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
  }
  const counted = COUNTS[String(await connection.ask('TYPE', key))];
  if (counted === undefined) return 0;
  try {
    return Number(await connection.ask(counted.command, key)) * counted.bytesEach;
  } catch (error) {
    // The key has another type by now.
    if (error instanceof ServerRefusal) return 0;
    throw error;
  }
}

/** Asks for expiry and size of every key of a batch; how the server tells sizes, it finds out once. */
export class KeyDescriber {
  readonly #connection: Pick<RespConnection, 'ask' | 'send'>;
  readonly #commands = new CommandBatch();
  #source: SizeSource | undefined;

  constructor(connection: Pick<RespConnection, 'ask' | 'send'>) {
    this.#connection = connection;
  }

  async describe(keys: KeyBatch): Promise<void> {
    this.#source ??= await sizeSourceOf(this.#connection);
    const ask = this.#source === 'memory' ? USAGE : TYPE;
    this.#commands.clear();
    for (let at = 0; at < keys.count; at++) {
      this.#add(EXPIRY, keys, at);
      this.#add(ask, keys, at);
    }
    const receiver = new DescribeReceiver(keys);
    await this.#connection.send(this.#commands.bytes, receiver);
    if (this.#source === 'counts') await this.#count(keys, receiver.types);
  }

  async #count(keys: KeyBatch, types: readonly string[]): Promise<void> {
    this.#commands.clear();
    const counted = types.flatMap((type, at) => (COUNT_STARTS.has(type) ? [at] : []));
    for (const at of counted) this.#add(COUNT_STARTS.get(types[at] ?? '') ?? TYPE, keys, at);
    const receiver = new CountReceiver(keys, types, counted);
    if (counted.length > 0) await this.#connection.send(this.#commands.bytes, receiver);
  }

  #add(start: Uint8Array, keys: KeyBatch, at: number): void {
    this.#commands.add(start, keys.encoded, keys.startOf(at), keys.startOf(at + 1));
  }
}

/** A name that nobody has used is asked for: a server that has the command answers that there is no such key. */
async function sizeSourceOf(connection: Connection): Promise<SizeSource> {
  try {
    await connection.ask('MEMORY', 'USAGE', 'redrill:no-such-key');
    return 'memory';
  } catch (error) {
    if (error instanceof ServerRefusal) return 'counts';
    throw error;
  }
}

/** Of each key its expiry, and then its size or its type. */
class DescribeReceiver extends StrictReceiver {
  readonly types: string[] = [];
  readonly #keys: KeyBatch;
  #at = 0;
  #expiry: number | bigint | undefined;

  constructor(keys: KeyBatch) {
    super();
    this.#keys = keys;
  }

  get isComplete(): boolean {
    return this.#at === this.#keys.count;
  }

  override integer(value: number | bigint): void {
    if (this.#expiry === undefined) this.#expiry = value;
    else this.#describe(this.#expiry, Number(value));
  }

  /** MEMORY USAGE of a key that is gone. */
  override nil(): void {
    this.#describe(GONE, 0);
  }

  override status(type: string): void {
    this.types.push(type);
    this.#describe(type === 'none' ? GONE : (this.#expiry ?? GONE), 0);
  }

  #describe(expiry: number | bigint, sizeBytes: number): void {
    this.#keys.describe(this.#at++, expiry, sizeBytes);
    this.#expiry = undefined;
  }
}

/** How many elements each key has, or bytes, of those that can be asked. */
class CountReceiver extends StrictReceiver {
  readonly #keys: KeyBatch;
  readonly #types: readonly string[];
  readonly #counted: readonly number[];
  #answered = 0;

  constructor(keys: KeyBatch, types: readonly string[], counted: readonly number[]) {
    super();
    this.#keys = keys;
    this.#types = types;
    this.#counted = counted;
  }

  get isComplete(): boolean {
    return this.#answered === this.#counted.length;
  }

  override integer(value: number | bigint): void {
    const at = this.#counted[this.#answered++] ?? 0;
    const { bytesEach = 0 } = COUNTS[this.#types[at] ?? ''] ?? {};
    this.#keys.resize(at, Number(value) * bytesEach);
  }

  /** The key has another type by now: whatever its size, DUMP reads it. */
  override error(): void {
    this.#answered++;
  }
}
