import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checked } from '../../../adapters/documents/json-document.ts';
import { readJson, writeJson } from '../../../adapters/documents/json-objects.ts';
import { MemoryStore } from './memory-store.ts';

const schema = z.object({ name: z.string(), size: z.int() });

describe('JSON objects', () => {
  it('come back as they were written, with their etag', async () => {
    const store = new MemoryStore();
    expect(await writeJson(store, 'a.json', { name: 'größer', size: 1 })).toBe('written');
    const read = await readJson(store, 'a.json', schema);
    expect(read).toEqual({ value: { name: 'größer', size: 1 }, etag: (await store.head('a.json'))?.etag });
    const body = new TextDecoder().decode((await store.read('a.json'))?.body);
    expect(body).toBe('{\n  "name": "größer",\n  "size": 1\n}\n');
  });

  it('that are not there are undefined', async () =>
    expect(await readJson(new MemoryStore(), 'a.json', schema)).toBeUndefined());

  it('are written only if they are absent, or still the same', async () => {
    const store = new MemoryStore();
    const write = (size: number, condition: Parameters<typeof writeJson>[3]) =>
      writeJson(store, 'a.json', { name: 'a', size }, condition);
    expect(await write(1, { etag: '"x"' })).toBe('conflict');
    expect(await write(1, 'absent')).toBe('written');
    expect(await write(2, 'absent')).toBe('conflict');
    const etag = (await store.head('a.json'))?.etag ?? '';
    expect(await write(2, { etag })).toBe('written');
    expect(await write(3, { etag })).toBe('conflict');
    expect((await readJson(store, 'a.json', schema))?.value.size).toBe(2);
  });

  it.each([
    ['nonsense', 'vault/a.json is not JSON'],
    ['', 'vault/a.json is not JSON'],
    ['[]', 'vault/a.json does not match its schema: as a whole: [] is not an object'],
    ['{"size":1}', 'vault/a.json does not match its schema: name: it is missing; give a string'],
    [
      '{"name":1,"size":"x"}',
      "vault/a.json does not match its schema: name: 1 is not a string; size: 'x' is not a number",
    ],
  ])('of %j are refused', async (text, message) => {
    const store = new MemoryStore();
    await store.write('a.json', text);
    await expect(readJson(store, 'a.json', schema)).rejects.toMatchObject({ code: 'BadInput', message });
  });

  it('are stripped of what their contract does not know: a newer version may have written them', () =>
    expect(checked({ name: 'a', size: 1, later: true }, schema, 'it')).toEqual({ name: 'a', size: 1 }));
});
