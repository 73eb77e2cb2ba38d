import { describe, expect, it } from 'vitest';
import { chatMessageOf, emailTextOf, subjectOf } from '../../../../core/alerts/compose-message.ts';
import { alertOfEnd } from '../../../../core/alerts/compose-notice.ts';
import { runbookPagesUrl } from '../../../../core/contracts/runbooks.ts';
import type { Alert } from '../../../../core/ports.ts';

const ALERT: Alert = {
  code: 'RpoMissed',
  severity: 'page',
  cache: 'orders',
  subject: '[Redrill] orders: no recent recovery point',
  thread: 'orders: outside RPO',
  text: [
    'orders is outside its recovery point objective of 3 h 00 min.',
    '',
    'To see the state of the cache, and to back it up now:',
    '  npx redrill status orders',
    '  npx redrill backup orders',
    'Runbook: docs/runbooks/no-recent-recovery-point.md#while-it-lasts',
  ].join('\n'),
};
const BASE = 'https://wiki.example.com/redrill/runbooks/';
const region = 'eu-central-1';

describe('the text for e-mail', () => {
  const OFFLINE = 'Offline: npx redrill open no-recent-recovery-point';

  it('is the alert’s own, with a command that shows the runbook', () =>
    expect(emailTextOf(ALERT, { region })).toBe(`${ALERT.text}\n${OFFLINE}`));

  it('links to the runbook in the vault', () => {
    const vault = { bucket: 'redrill-vault-111122223333-eu-central-1-an', region: 'eu-central-1' };
    const lines = emailTextOf(ALERT, { region, runbookPagesUrl: runbookPagesUrl(vault) }).split('\n');
    expect(lines.slice(-2)).toEqual([
      'Runbook: https://eu-central-1.console.aws.amazon.com/s3/object/redrill-vault-111122223333-eu-central-1-an?region=eu-central-1&bucketType=general&prefix=reports/_runbooks/no-recent-recovery-point.html',
      OFFLINE,
    ]);
  });

  it.each([
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/s3/object/b'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/s3/object/b'],
  ])('links to the console of %s', (vaultRegion, url) =>
    expect(runbookPagesUrl({ bucket: 'b', region: vaultRegion })).toContain(url),
  );

  it('links to the user’s own place first', () =>
    expect(emailTextOf(ALERT, { region, runbookBaseUrl: BASE, runbookPagesUrl: 'https://x/' })).toContain(
      '\nRunbook: https://wiki.example.com/redrill/runbooks/no-recent-recovery-point.md#while-it-lasts\n',
    ));
});

describe('the message for chat', () => {
  it('has the documented form of a custom notification, exactly', () =>
    expect(chatMessageOf(ALERT, { region, runbookBaseUrl: BASE })).toEqual({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: 'Redrill: orders: no recent recovery point',
        description: [
          'orders is outside its recovery point objective of 3 h 00 min.',
          '',
          'To see the state of the cache, and to back it up now:',
          '```',
          'npx redrill status orders',
          'npx redrill backup orders',
          '```',
        ].join('\n'),
        nextSteps: [
          'Follow the runbook: https://wiki.example.com/redrill/runbooks/no-recent-recovery-point.md#while-it-lasts',
        ],
        keywords: ['page', 'RpoMissed', 'eu-central-1'],
      },
      metadata: {
        threadId: 'orders: outside RPO (eu-central-1)',
        summary: '[Redrill] orders: no recent recovery point',
        eventType: 'RpoMissed',
        additionalContext: { severity: 'page', cache: 'orders', region: 'eu-central-1' },
      },
    }));

  it('names the runbook’s file without a base, and leaves next steps out where there is none', () => {
    expect(chatMessageOf(ALERT, { region })).toMatchObject({
      content: {
        nextSteps: ['Follow the runbook: docs/runbooks/no-recent-recovery-point.md#while-it-lasts'],
      },
    });
    expect(chatMessageOf({ ...ALERT, text: 'It is over.' }, { region })).not.toHaveProperty(
      'content.nextSteps',
    );
  });

  it('has the next command, in the region that sends the alert', () =>
    expect(
      chatMessageOf({ ...ALERT, next: 'aws sns list-topics --region <region>' }, { region }),
    ).toMatchObject({
      content: {
        nextSteps: [
          'Run: aws sns list-topics --region eu-central-1',
          expect.stringMatching(/^Follow the runbook: /),
        ],
      },
    }));

  it('says by a keyword that the problem is over, under the code of the problem', () =>
    expect(
      chatMessageOf(alertOfEnd('orders', { code: 'RpoMissed', about: 'orders', parts: [] }), { region }),
    ).toMatchObject({ content: { keywords: ['resolved', 'RpoMissed', 'eu-central-1'] } }));

  it('puts an alert of no fault into a thread of its code and cache', () => {
    const { thread: _, ...alone } = ALERT;
    expect(chatMessageOf(alone, { region })).toHaveProperty(
      'metadata.threadId',
      'RpoMissed orders (eu-central-1)',
    );
  });

  it('cuts long commands and long texts, and closes the block that a cut opens', () => {
    const command = `  aws s3api put-bucket-policy --policy '${'x'.repeat(5_000)}'`;
    const one = chatMessageOf({ ...ALERT, text: command }, { region }) as typeof MESSAGE;
    expect(one.content.description.length).toBeLessThan(400);
    expect(one.content.description).toMatch(/the e-mail has the whole command\)\n```$/);
    const lines = Array.from({ length: 200 }, (_, at) => `  line ${at} of something`).join('\n');
    const { content } = chatMessageOf({ ...ALERT, text: lines }, { region }) as typeof MESSAGE;
    expect(content.description.length).toBeLessThan(2_600);
    expect(content.description.split('```')).toHaveLength(3);
    expect(content.description).toMatch(/The e-mail has the rest\.$/);
  });
});

const MESSAGE = { content: { description: '' } };

describe('the subject of an e-mail', () => {
  it('is ASCII, whatever the subject of the alert has', () =>
    expect(subjectOf({ subject: '[Redrill] the region’s “topic” – é…' })).toBe(
      '[Redrill] the region\'s "topic" - ?...',
    ));

  it('is shorter than 100 characters', () =>
    expect(subjectOf({ subject: 'x'.repeat(200) })).toHaveLength(99));
});
