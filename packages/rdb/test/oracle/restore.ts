import { Opcode, type RdbFormat, typeOf } from '../../format.ts';
import { joined } from '../../joined.ts';
import { DEFAULT_HELD_BYTES } from '../../reader-options.ts';
import { Crc64 } from './crc64.ts';
import { readHeader } from './header.ts';
import { isOwnName } from './key-reader.ts';
import { OpcodeReader } from './opcode-reader.ts';
import { Skimmer } from './skimmer.ts';
import { Source, type Suspendable } from './source.ts';
import { Strings } from './strings.ts';
import { Tally } from './tally.ts';

/** The commands for a file that is held whole, in plain TypeScript: what the tests hold the core's against. */
export function oracleRestores(file: Uint8Array, nowMs: number, words: readonly string[] = []): Uint8Array[] {
  return [...new Emission(file, nowMs, words).commands()];
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

class Emission {
  readonly #file: Uint8Array;
  readonly #nowMs: number;
  readonly #words: readonly string[];
  readonly #source: Source;
  readonly #strings: Strings;
  #expiry: bigint | undefined;
  #hint: readonly string[] = [];
  #selected = 0;

  constructor(file: Uint8Array, nowMs: number, words: readonly string[]) {
    this.#file = file;
    this.#nowMs = nowMs;
    this.#words = words;
    this.#source = new Source(file.length);
    this.#strings = new Strings(this.#source, DEFAULT_HELD_BYTES);
    this.#source.push(file);
  }

  *commands(): Generator<Uint8Array> {
    const source = this.#source;
    const strings = this.#strings;
    const format = now(readHeader(source));
    const opcodes = new OpcodeReader({ source, strings, format, tally: new Tally(), digest: undefined });
    for (;;) {
      const offset = source.offset;
      const mark = source.bytes[source.at++] ?? Opcode.endOfFile;
      if (mark === Opcode.endOfFile) return;
      if (mark === Opcode.function2) yield command('FUNCTION', 'LOAD', 'REPLACE', this.#string());
      else if (mark === Opcode.functionPreGa) yield this.#oldLibrary();
      else if (mark >= Opcode.idle && mark <= Opcode.frequency) this.#readHint(mark);
      else if (mark === Opcode.expireTimeMs) this.#expiry = this.#bigint(8);
      else if (mark === Opcode.expireTime) this.#expiry = this.#bigint(4) * 1000n;
      else if (mark >= Opcode.slotImport) now(opcodes.read(mark, offset));
      else yield* this.#key(mark, format, opcodes.database);
    }
  }

  *#key(type: number, format: RdbFormat, database: number): Generator<Uint8Array> {
    const key = this.#string();
    const isOwn = type === 0 && isOwnName({ bytes: key, start: 0, end: key.length }, database);
    const from = this.#source.offset;
    const isEmpty = now(new Skimmer(this.#source, this.#strings).skip(type, typeOf(type, format, from)));
    const value = this.#file.subarray(from, this.#source.offset);
    const expiry = this.#expiry;
    const hint = this.#hint;
    this.#expiry = undefined;
    this.#hint = [];
    if (expiry !== undefined && expiry <= BigInt(this.#nowMs)) return;
    if (database !== this.#selected) yield command('SELECT', String(database));
    this.#selected = database;
    if (isEmpty || isOwn) return;
    const payload = payloadOf(type, value, format.version);
    const absolute = expiry === undefined ? [] : ['ABSTTL'];
    yield command('RESTORE', key, String(expiry ?? 0), payload, ...this.#words, ...absolute, ...hint);
  }

  #string(): Uint8Array {
    now(this.#strings.whole('a string'));
    return this.#strings.bytes.slice(this.#strings.start, this.#strings.end);
  }

  #oldLibrary(): Uint8Array {
    const name = this.#string();
    const engine = this.#string();
    now(this.#source.integer('whether it has a description'));
    if (this.#source.low !== 0) this.#string();
    const code = this.#string();
    const first = [text('#!'), engine, text(' name='), name, text('\n')];
    return command('FUNCTION', 'LOAD', 'REPLACE', joined([...first, code]));
  }

  #readHint(mark: number): void {
    if (mark === Opcode.frequency) {
      this.#hint = ['FREQ', String(this.#bigint(1))];
    } else {
      now(this.#source.integer('an idle time'));
      this.#hint = ['IDLETIME', String(this.#source.high * 0x1_0000_0000 + this.#source.low)];
    }
  }

  #bigint(width: number): bigint {
    let value = 0n;
    for (let byte = 0; byte < width; byte++) {
      value |= BigInt(this.#source.bytes[this.#source.at++] ?? 0) << BigInt(8 * byte);
    }
    return value;
  }
}

/** All bytes are there, so nothing suspends. */
function now<T>(reading: Suspendable<T>): T {
  const step = reading.next();
  if (!step.done) throw new Error('the file is cut off');
  return step.value;
}

function payloadOf(type: number, value: Uint8Array, version: number): Uint8Array {
  const content = joined([Uint8Array.of(type), value, Uint8Array.of(version & 255, version >> 8)]);
  const crc = new Crc64('jones');
  crc.update(content);
  const footer = new DataView(new ArrayBuffer(8));
  footer.setBigUint64(0, crc.digest(), true);
  return joined([content, new Uint8Array(footer.buffer)]);
}

function command(...words: readonly (string | Uint8Array)[]): Uint8Array {
  const parts = words.flatMap((word) => {
    const bytes = typeof word === 'string' ? text(word) : word;
    return [text(`$${bytes.length}\r\n`), bytes, text('\r\n')];
  });
  return joined([text(`*${words.length}\r\n`), ...parts]);
}
