import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUCKET_COUNT } from '@redrill/rdb';
import { describe, expect, it } from 'vitest';
import { BUCKETS, type Comparison, type DrillReport, drillReport } from '../../../../core/contracts/drill.ts';
import { VERSION } from '../../../../core/model/version.ts';
import { CONSOLE_LINKS } from '../../../../core/pages/console-links.ts';
import { reportPage } from '../../../../core/pages/report-page.ts';
import { STYLE } from '../../../../core/pages/style.ts';
import { tellVerdict } from '../../../../core/pages/verdict.ts';
import { DIFFERENT, drillsOver, ENDED, LATE, REPORT } from '../drills.ts';
import { hostile } from './hostile.ts';
import { textOf } from './text.ts';

const shown = (report: DrillReport, drills = drillsOver(1)) => textOf(reportPage(report, drills));
const told = (report: DrillReport) => {
  const { state, label, sentence } = tellVerdict(report);
  return [state, label, textOf(sentence.text)];
};
const COMPARISON = REPORT.comparison as Comparison;
const sampled = (share: number): DrillReport => {
  const comparison: Comparison = { ...COMPARISON, share, method: 'typed', invocations: 3 };
  return { ...REPORT, comparison };
};

describe('a report of a drill that failed', () => {
  it('says what to type next, and which runbook it is in', () => {
    expect(shown(DIFFERENT)).toContain(
      `Next: npx redrill verify sessions/${DIFFERENT.point?.slot} · runbook: drill-failed`,
    );
    expect(shown(REPORT)).not.toContain('Next:');
  });
});

describe('the style', () => {
  it('knows every class that the page uses', () => {
    const page = [REPORT, LATE, DIFFERENT, ENDED].map((report) => reportPage(report, drillsOver(3))).join('');
    const used = new Set(
      [...page.matchAll(/class="([^"]+)"/g)].flatMap(([, names = '']) => names.split(' ')),
    );
    expect(used.size).toBeGreaterThan(10);
    expect([...used].filter((name) => !STYLE.includes(`.${name}`))).toEqual([]);
  });
});

describe('the verdict', () => {
  it.each<[string, DrillReport, string[]]>([
    [
      'that passed',
      REPORT,
      [
        'passed',
        'Passed',
        'A cluster built from the vault’s copy of sessions from 2026-11-21 06:00 UTC held exactly the 100,000 keys that were recorded; 170 more had expired by then.',
      ],
    ],
    [
      'without expired keys',
      { ...REPORT, comparison: { ...COMPARISON, keysExpired: 0, keysCompared: 1 } },
      [
        'passed',
        'Passed',
        'A cluster built from the vault’s copy of sessions from 2026-11-21 06:00 UTC held exactly the 1 key that was recorded.',
      ],
    ],
    [
      'with right data too late',
      LATE,
      [
        'late',
        'Failed: data proven, objective missed',
        'A cluster built from the vault’s copy of sessions from 2026-11-21 06:00 UTC held exactly the 100,000 keys that were recorded; 170 more had expired by then.',
      ],
    ],
    [
      'with other data',
      DIFFERENT,
      [
        'failed',
        'Failed',
        'The cluster built from the vault’s copy of sessions from 2026-11-21 06:00 UTC does not hold what was recorded: 2 parts of the content digest differ. They are named below.',
      ],
    ],
    [
      'with keys missing',
      { ...DIFFERENT, comparison: { ...COMPARISON, keysCompared: 5 } },
      [
        'failed',
        'Failed',
        'The cluster built from the vault’s copy of sessions from 2026-11-21 06:00 UTC does not hold what was recorded: keys are missing, or there are additional ones.',
      ],
    ],
    [
      'that ended early',
      ENDED,
      ['failed', 'Failed', 'Nothing is proven: the drill ended before a restored cluster was compared.'],
    ],
  ])('of a drill %s', (_what, report, expected) => expect(told(report)).toEqual(expected));

  it('of a sample says so, and never that it was all', () => {
    const text = shown(sampled(0.25));
    expect(told(sampled(0.25))[2]).toContain('in the part that was read: 100,000 keys, sampled 25 %');
    expect(text).toContain('1,024 of 4,096: sampled 25 %');
    expect(text).toContain('by typed reads, in 3 invocations');
    expect(text).toContain('That the part that was not read is right: sampled 25 %');
    expect(text).not.toMatch(/every key|\ball 4,096/i);
    expect(shown(sampled(0.99999))).toContain('sampled 99.9 %');
  });

  it('of everything says that, and nothing of a sample', () => {
    const text = shown(REPORT);
    expect(text).toContain('all 4,096');
    expect(text).not.toContain('sampled');
  });
});

describe('the page of a drill', () => {
  it('names what differs, and how much more there is', () => {
    const mismatched = ['bucket 17', 'keys expiring from a to b'];
    const text = shown({ ...DIFFERENT, comparison: { ...COMPARISON, mismatches: 9, mismatched } });
    expect(text).toContain('bucket 17');
    expect(text).toContain('keys expiring from a to b');
    expect(text).toContain('and 7 more');
  });

  it.each<[string, DrillReport, string[]]>([
    [
      'that passed',
      REPORT,
      [
        'Recovery time (RTO) 11 min target 1 h 00 min',
        'daily, 20 h 30 min old when the drill began',
        'in eu-west-1, account 111122223333',
        'schedule, 2026-11-22 02:30 UTC',
        'string 60,102 60 %',
        '170 of them expired before 2026-11-22 02:41 UTC',
        'Between these steps 19 s',
        'a token that only this drill has',
        'content digest 9a3c5be3d9f2c6f87d3d0a9b64d8d1c2',
        'Redrill 0.1.0',
      ],
    ],
    [
      'that was late',
      LATE,
      ['RtoMissed restoring took 1 h 30 min', 'Until the last key was compared 1 h 30 min'],
    ],
    [
      'that ended early',
      ENDED,
      ['Keys compared none', 'That this copy can be restored.', 'on-call@example.com'],
    ],
  ])('of one %s tells it all', (_what, report, parts) => {
    const text = shown(report);
    for (const part of parts) expect(text).toContain(part);
  });

  it('of a drill without targets has none, and draws none', () => {
    const { targetRtoSeconds: _rto, targetRpoSeconds: _rpo, ...report } = REPORT;
    const drills = drillsOver(3).map(({ targetRtoSeconds: _a, targetRpoSeconds: _b, ...drill }) => drill);
    const page = reportPage(report, drills);
    expect(textOf(page)).toContain('no target');
    expect(page.slice(page.indexOf('</style>'))).not.toContain('class="target"');
  });

  it('of a drill that stopped half-way says how far it came', () => {
    const { comparison: _, achievedRtoSeconds: __, ...rest } = REPORT;
    const report: DrillReport = { ...rest, ...ENDED, phases: { stageSeconds: 40 } };
    expect(shown(report)).toContain('Until the drill ended 40 s');
  });

  it('says that a copy of modules was compared as opaque bytes', () => {
    const recorded = { ...(REPORT.recorded as NonNullable<DrillReport['recorded']>), opaqueKeys: 4 };
    expect(shown({ ...REPORT, recorded })).toContain('What the 4 keys of modules mean');
  });

  it('says so if the cluster was built like the cache', () =>
    expect(shown({ ...REPORT, differences: [] })).toContain('Differences to the cache as recorded None.'));

  it('has every drill of the plots in its table', () => {
    const drills = drillsOver(14);
    const page = reportPage(REPORT, drills);
    for (const { drill } of drills) expect(page).toContain(`href="${drill}.html"`);
    expect(page.match(/class="dot"/g)).toHaveLength(
      drills.filter(({ verdict }) => verdict === 'passed').length * 2,
    );
  });

  it.each([REPORT, LATE, DIFFERENT, ENDED])('escapes every text of its report', (report) => {
    const attacked = hostile(report);
    const page = reportPage(attacked, drillsOver(3).map(hostile));
    expect(page.replace(CONSOLE_LINKS.text, '')).not.toMatch(
      /<script(?!><\/script>)|<img|onerror="|javascript:[^&]*"/,
    );
    expect(page).toContain('&lt;script&gt;');
  });

  it('belongs to this version of Redrill, and to the digest’s buckets', () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../../package.json'), 'utf8'),
    );
    expect(VERSION).toBe(version);
    expect(BUCKETS).toBe(BUCKET_COUNT);
    expect(drillReport.parse(sampled(0.5)).verdict).toBe('passed');
  });
});
