import { randomBytes } from 'node:crypto';
import { GetObjectTaggingCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CREDENTIALS, s3Fixture, VAULT_REGION } from '@redrill/local-aws/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { objectStore } from '../../../adapters/aws/object-store.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import { MemoryStore } from './memory-store.ts';

/** One contract for both: what the other tests stand on behaves like the adapter does against S3. */
interface Subject {
  readonly store: ObjectStore;
  tagsOf(key: string): Promise<Readonly<Record<string, string>>>;
  /** Stores an object with this checksum, as an uploader does that computes it. */
  upload(key: string, body: string, crc64nvme: string): Promise<void>;
}

/** Of `123456789`: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme (checked 2026-11-22) */
const CHECK_VALUE = Buffer.from('ae8b14860a799888', 'hex').toString('base64');

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The adapter as a Lambda makes it, against the local S3. */
async function overS3() {
  const { url, client, fabric } = await s3Fixture();
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIALS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIALS.secretAccessKey);
  const reading = client(VAULT_REGION);
  return {
    fabric,
    store: objectStore({ bucket: 'vault', region: VAULT_REGION }),
    typeOf: async (Key: string) =>
      (await reading.send(new HeadObjectCommand({ Bucket: 'vault', Key }))).ContentType,
    upload: async (Key: string, Body: string, ChecksumCRC64NVME: string) => {
      await reading.send(new PutObjectCommand({ Bucket: 'vault', Key, Body, ChecksumCRC64NVME }));
    },
    tagsOf: async (Key: string) => {
      const { TagSet } = await reading.send(new GetObjectTaggingCommand({ Bucket: 'vault', Key }));
      return Object.fromEntries((TagSet ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
    },
  };
}

async function inMemory(): Promise<Subject> {
  const store = new MemoryStore('vault', { versioned: true });
  return {
    store,
    tagsOf: async (key) => store.tagsOf(key),
    upload: async (key, body) => void (await store.write(key, body)),
  };
}

const text = (body: Uint8Array | undefined) => new TextDecoder().decode(body);

describe.each<[string, () => Promise<Subject>]>([
  ['in memory', inMemory],
  ['over S3', overS3],
])('an object store %s', (_where, open) => {
  it('reads what was written, and knows nothing of what was not', async () => {
    const { store } = await open();
    expect(await store.write('a/b.json', 'one')).toBe('written');
    expect(await store.write('a/b.json', new TextEncoder().encode('two'))).toBe('written');
    const found = await store.read('a/b.json');
    expect(text(found?.body)).toBe('two');
    expect(await store.head('a/b.json')).toMatchObject({ key: 'a/b.json', bytes: 3, etag: found?.etag });
    expect(await store.read('a')).toBeUndefined();
    expect(await store.head('a')).toBeUndefined();
  });

  it('writes on a condition, or says that there is a conflict and leaves what is there', async () => {
    const { store } = await open();
    expect(await store.write('k', 'one', { etag: '"0123456789abcdef0123456789abcdef"' })).toBe('conflict');
    expect(await store.write('k', 'one', 'absent')).toBe('written');
    expect(await store.write('k', 'two', 'absent')).toBe('conflict');
    const etag = (await store.head('k'))?.etag ?? '';
    expect(await store.write('k', 'three', { etag })).toBe('written');
    expect(await store.write('k', 'four', { etag })).toBe('conflict');
    expect(text((await store.read('k'))?.body)).toBe('three');
    await store.remove('k');
    expect(await store.write('k', 'five', { etag })).toBe('conflict');
    expect(await store.write('k', 'six', 'absent')).toBe('written');
  });

  it('lists keys and folders in order, from a key on', async () => {
    const { store } = await open();
    for (const key of ['p/b/2', 'p/a/1', 'p/c', 'q/a/1', 'p/b/1', 'p/B/1']) await store.write(key, 'x');
    const keys = async (...order: Parameters<ObjectStore['list']>) =>
      (await store.list(...order)).map(({ key }) => key);
    expect(await keys('p/')).toEqual(['p/B/1', 'p/a/1', 'p/b/1', 'p/b/2', 'p/c']);
    expect(await keys('p/', { startAfter: 'p/b/1' })).toEqual(['p/b/2', 'p/c']);
    expect(await keys('r/')).toEqual([]);
    expect(await store.listFolders('p/')).toEqual(['B', 'a', 'b']);
    expect(await store.listFolders('p/', { startAfter: 'p/a/1' })).toEqual(['b']);
    expect(await store.listFolders('p/', { startAfter: 'p/b' })).toEqual(['b']);
  });

  it('keeps every version, lists them newest first, and reads the one that is named', async () => {
    const { store } = await open();
    await store.write('p/k', 'one');
    const first = (await store.head('p/k'))?.versionId ?? '';
    await store.write('p/k', 'three');
    const second = await store.read('p/k');
    await store.remove('p/k');
    await store.write('p/other', 'x');
    const [marker, ...older] = (await store.versions('p/')).filter(({ key }) => key === 'p/k');
    expect(marker).toMatchObject({ isDeleteMarker: true, isLatest: true, bytes: 0, etag: '' });
    expect(older).toMatchObject([
      { versionId: second?.versionId, etag: second?.etag, bytes: 5, isLatest: false, isDeleteMarker: false },
      { versionId: first, bytes: 3, isLatest: false, isDeleteMarker: false },
    ]);
    expect(new Set([marker, ...older].map((each) => each?.versionId)).size).toBe(3);
    expect((await store.versions('p/')).at(-1)).toMatchObject({ key: 'p/other', isLatest: true });
    const named = { versionId: first };
    expect(text((await store.read('p/k', named))?.body)).toBe('one');
    expect(await store.head('p/k', named)).toMatchObject({ bytes: 3, versionId: first });
    const pieces: Uint8Array[] = [];
    for await (const piece of store.stream('p/k', named)) pieces.push(Buffer.from(piece));
    expect(text(Buffer.concat(pieces))).toBe('one');
    expect(await store.read('p/k')).toBeUndefined();
  });

  it('knows nothing of a version of another object', async () => {
    const { store } = await open();
    await store.write('k', 'one');
    await store.write('other', 'x');
    const versionId = (await store.head('other'))?.versionId ?? '';
    expect(await store.read('k', { versionId })).toBeUndefined();
    expect(await store.head('k', { versionId })).toBeUndefined();
    expect(await store.checksum('k', { versionId })).toBeUndefined();
  });

  it('gives the CRC64NVME of a version without reading it', async () => {
    const { store, upload } = await open();
    await upload('k', '123456789', CHECK_VALUE);
    const versionId = (await store.head('k'))?.versionId ?? '';
    await store.write('k', 'another');
    expect(await store.checksum('k', { versionId })).toEqual({ bytes: 9, crc64nvme: CHECK_VALUE });
    expect((await store.checksum('k'))?.crc64nvme).not.toBe(CHECK_VALUE);
  });

  it('streams an object’s bytes in order', async () => {
    const { store } = await open();
    // More than two of the adapter's ranges, and no whole number of them.
    const bytes = randomBytes(17 * 1024 * 1024);
    await store.write('large', bytes);
    const pieces: Uint8Array[] = [];
    for await (const piece of store.stream('large')) pieces.push(Buffer.from(piece));
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  it('sets tags beside those that are there, and over their old values', async () => {
    const { store, tagsOf } = await open();
    await store.write('k', 'x');
    await store.tag('k', [{ key: 'owner', value: 'ann' }]);
    await store.tag('k', [
      { key: 'redrill-released', value: 'false' },
      { key: 'redrill-plan', value: 'jobs' },
    ]);
    await store.tag('k', [
      { key: 'redrill-released', value: 'true' },
      { key: 'redrill-plan', value: 'logs' },
    ]);
    expect(await store.tags('k')).toEqual(await tagsOf('k'));
    expect(await tagsOf('k')).toEqual({ owner: 'ann', 'redrill-released': 'true', 'redrill-plan': 'logs' });
  });

  it('tags nothing that is not there', async () => {
    const { store } = await open();
    await expect(store.tag('k', [{ key: 'a', value: 'b' }])).rejects.toMatchObject({ code: 'NotFound' });
  });

  it('removes, and is content if it was gone', async () => {
    const { store } = await open();
    await store.write('k', 'x');
    await store.remove('k');
    await store.remove('k');
    expect(await store.read('k')).toBeUndefined();
    expect(await store.list('')).toEqual([]);
  });
});

describe('over S3', () => {
  it('sets any number of tags in one write, so that no lifecycle rule ever sees half of them', async () => {
    const { store, fabric } = await overS3();
    await store.write('k', 'x');
    await store.tag('k', [
      { key: 'redrill-released', value: 'true' },
      { key: 'redrill-plan', value: 'jobs' },
    ]);
    const writes = fabric.calls.filter(({ operation }) => operation === 'PutObjectTagging');
    expect(writes).toHaveLength(1);
  });

  it('says in Redrill’s words that it may not', async () => {
    const { store, fabric } = await overS3();
    fabric.denied.add('s3:PutObject');
    await expect(store.write('k', 'x')).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringMatching(/^write vault\/k: /),
    });
  });
});

it('tells browsers that a page is one, and of anything else nothing', async () => {
  const { store, typeOf } = await overS3();
  await store.write('reports/index.html', '<!doctype html>');
  await store.write('reports/index.json', '{}');
  expect(await typeOf('reports/index.html')).toBe('text/html; charset=utf-8');
  expect(await typeOf('reports/index.json')).not.toMatch('html');
});
