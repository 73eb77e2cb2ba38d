import { describe, expect, it } from 'vitest';
import { exportFiles, isExported } from '../../../../core/backup/export-files.ts';
import type { SnapshotView } from '../../../../core/ports.ts';

const NAME = 'redrill-carts-202611210600';
const REQUESTED = '2026-11-21T06:02:00.000Z';
const at = (minutes: number) => new Date(Date.parse(REQUESTED) + minutes * 60_000);
const file = (key: string, minutes = 2) => ({ key, bytes: 1, etag: '"e"', modifiedAt: at(minutes) });
const SERVERLESS: SnapshotView = {
  kind: 'serverless',
  name: NAME,
  cache: 'carts',
  node: undefined,
  status: 'available',
  takenAt: at(0),
  shards: [],
};

describe('the files of an export', () => {
  const KEYS = [
    `${NAME}.rdb`,
    `${NAME}-0001.rdb`,
    `${NAME}/0002.rdb`,
    `${NAME}.export.json`,
    `${NAME}1-0001.rdb`,
  ];
  const named = (kind: SnapshotView['kind']) =>
    exportFiles(
      { name: NAME, kind },
      KEYS.map((key) => file(key)),
    ).map(({ key }) => key);

  it('of a serverless cache have any key that its snapshot’s name begins', () =>
    expect(named('serverless')).toEqual([`${NAME}-0001.rdb`, `${NAME}.rdb`, `${NAME}/0002.rdb`]));

  it('of a replication group are numbered', () =>
    expect(named('replication-group')).toEqual([`${NAME}-0001.rdb`]));
});

describe('an export of a serverless cache, of which nothing tells that it is finished,', () => {
  const isFinished = (
    files: ReturnType<typeof file>[],
    minutes: number,
    changed: Partial<SnapshotView> = {},
  ) => isExported({ ...SERVERLESS, ...changed }, files, { requestedAt: REQUESTED, now: at(minutes) });

  it.each([
    ['without a file', [], 60, false],
    ['four minutes after its file', [2], 6, false],
    ['five minutes after its file', [2], 7, true],
    ['a quarter of an hour after a file that took a quarter of an hour', [15], 30, false],
    ['half as long again after the last file as it took', [5, 10], 25, true],
  ])('%s', (_when, files, minutes, expected) =>
    expect(
      isFinished(
        files.map((each) => file(`${NAME}-${each}.rdb`, each)),
        minutes,
      ),
    ).toBe(expected),
  );

  it('is not while its snapshot shows another status', () =>
    expect(isFinished([file(NAME)], 60, { status: 'exporting' })).toBe(false));
});
