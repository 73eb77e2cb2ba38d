import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContentDigest } from '@redrill/rdb';
import { afterAll, describe, expect, test } from 'vitest';
import { parseDocument } from '../../adapters/documents/json-document.ts';
import { parseConfig } from '../../core/contracts/parse-config.ts';
import { shardFinding } from '../../core/contracts/recovery-point.ts';
import { VERSION } from '../../core/model/version.ts';
import { readState } from '../../live/recover/state-file.ts';
import { rebuiltEntry } from '../../vault/rebuild-entry.ts';
import { DOCUMENTS } from '../releases/documents.ts';
import { Release, releases } from '../releases/release.ts';
import { bytesOf, isMarker, readVersions, type StoredVersion } from '../releases/stored-versions.ts';
import { catalogueWith, DAILY } from './vault/catalogue-fixture.ts';

/* What earlier releases have written down, read by this one's contracts. */

const folder = await mkdtemp(join(tmpdir(), 'redrill-releases-'));
const read = releases().map((version) => {
  const release = new Release(version);
  const stored = release.stored();
  const objects = readVersions(stored).filter((each): each is StoredVersion => !isMarker(each));
  return { version, release, objects, bytes: (object: StoredVersion) => bytesOf(stored, object) };
});

afterAll(async () => {
  for (const { release } of read) release.remove();
  await rm(folder, { recursive: true });
});

const kindOf = ({ bucket, key }: StoredVersion) =>
  Object.entries(DOCUMENTS).find(([, place]) => place.bucket === bucket && place.key.test(key))?.[0];

test('there is a fixture of the first release', () => expect(releases()[0]).toBe('0.1.0'));

describe.each(read)('of $version', ({ release, objects, bytes }) => {
  test('every document is of a known kind, and there is one of each', () => {
    const documents = objects.filter(({ key }) => key.endsWith('.json'));
    expect(documents.filter((each) => kindOf(each) === undefined).map(({ key }) => key)).toEqual([]);
    expect(new Set(documents.map(kindOf))).toEqual(new Set(Object.keys(DOCUMENTS)));
  });

  test.each(Object.entries(DOCUMENTS))('each version of each %s is read', (kind, { contract }) => {
    const versions = objects.filter((each) => kindOf(each) === kind);
    for (const version of versions) {
      const said = JSON.parse(bytes(version).toString());
      // What is said is not only accepted, but kept.
      expect(parseDocument(bytes(version), contract, version.key)).toMatchObject(said);
    }
  });

  test('the digest of every sound shard is the one that its finding states', () => {
    const found = objects.filter((each) => kindOf(each) === 'finding');
    const compared = found.flatMap((object) => {
      const finding = shardFinding.parse(JSON.parse(bytes(object).toString()));
      if (!finding.sound) return [];
      const digest = objects.find(({ versionId }) => versionId === finding.digestFile.versionId);
      return [[ContentDigest.fromBytes(digest ? bytes(digest) : Buffer.of()).total, finding.content.digest]];
    });
    expect(compared.length).toBeGreaterThan(10);
    expect(compared.filter(([total, stated]) => total !== stated)).toEqual([]);
  });

  test('the state of an interrupted recovery is read', () => {
    expect(readState(release.file('recover-state.json'))).toMatchObject({
      identity: { source: expect.stringMatching(/^sessions\//) },
    });
  });

  test.each(Object.entries(release.configurations))('%s is a configuration', (file, input) => {
    expect(parseConfig(input, file)).toMatchObject({ source: input.source });
  });
});

describe('what a newer Redrill has written is refused in one sentence', () => {
  const upgrade = `has version 99 of its format, and redrill ${VERSION} reads up to version 1: upgrade redrill`;
  const newer = Buffer.from('{"version":99,"what":"nobody knows yet"}');

  test.each(Object.entries(DOCUMENTS))('%s', (kind, { contract }) => {
    expect(() => parseDocument(newer, contract, kind)).toThrow(
      expect.objectContaining({ code: 'NewerFormat', message: `${kind} ${upgrade}` }),
    );
  });

  test('the state of a recovery', () => {
    const file = join(folder, 'state.json');
    writeFileSync(file, newer);
    expect(() => readState(file)).toThrow(
      expect.objectContaining({ code: 'NewerFormat', message: `${file} ${upgrade}` }),
    );
  });

  test('a registry entry, which is not rebuilt over', async () => {
    const { store, catalogue } = await catalogueWith(DAILY);
    await store.write('registry/sessions.json', newer);
    await expect(rebuiltEntry(catalogue, 'sessions', new Date(0))).rejects.toMatchObject({
      code: 'NewerFormat',
      message: expect.stringContaining(`registry/sessions.json ${upgrade}`),
    });
  });

  test('and no version means the first', () => {
    const finding = { sound: false, shard: 1, key: 'a', problem: { code: 'A', message: 'b' } };
    expect(parseDocument(Buffer.from(JSON.stringify(finding)), shardFinding, 'it')).toEqual(finding);
  });
});
