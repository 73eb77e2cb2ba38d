import { crc64 } from './crc64.ts';
import { Cursor } from './cursor.ts';
import { entriesOf, isOwn, type KeyEntry, readHeader } from './entries.ts';
import { u64 } from './hashes.ts';

/** The commands that put the content of a file into a server. @param words of each RESTORE, before what the key needs */
export function restoreCommands(file: Uint8Array, nowMs: number, words: readonly string[] = []): Buffer[] {
  const cursor = new Cursor(file);
  const format = readHeader(cursor);
  const commands: Buffer[] = [];
  let selected = 0;
  for (const entry of entriesOf(cursor, format)) {
    if (entry.kind === 'library') commands.push(command('FUNCTION', 'LOAD', 'REPLACE', entry.code.bytes()));
    if (entry.kind !== 'key' || (entry.expiresAtMs ?? nowMs + 1) <= nowMs) continue;
    if (entry.database !== selected) commands.push(command('SELECT', String(entry.database)));
    selected = entry.database;
    if (entry.value.isEmpty || isOwn(entry)) continue;
    const value = cursor.slice(entry.valueFrom, entry.to);
    commands.push(restore(entry, payloadOf(entry.number, value, format.version), words));
  }
  return commands;
}

function restore(entry: KeyEntry, payload: Buffer, words: readonly string[]): Buffer {
  const { expiresAtMs, frequency, idle } = entry;
  const options = [
    ...(expiresAtMs === undefined ? [] : ['ABSTTL']),
    ...(frequency === undefined ? [] : ['FREQ', String(frequency)]),
    ...(idle === undefined ? [] : ['IDLETIME', String(idle)]),
  ];
  return command('RESTORE', entry.name.bytes(), String(expiresAtMs ?? 0), payload, ...words, ...options);
}

function payloadOf(type: number, value: Buffer, version: number): Buffer {
  const content = Buffer.concat([Buffer.of(type), value, Buffer.of(version & 255, version >> 8)]);
  return Buffer.concat([content, u64(crc64(content))]);
}

function command(...words: readonly (string | Buffer)[]): Buffer {
  const parts = words.map((word) => (typeof word === 'string' ? Buffer.from(word) : word));
  const lines = parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...lines]);
}
