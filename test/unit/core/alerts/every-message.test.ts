import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alertEventOf } from '../../../../core/alerts/compose-event.ts';
import { chatMessagesOf, emailTextOf, subjectOf } from '../../../../core/alerts/compose-message.ts';
import { ALARMS_WITH_AN_END, pageOf } from '../../../../core/alerts/compose-page.ts';
import { kindOf } from '../../../../core/alerts/kind.ts';
import { ALERTS } from '../../../../core/alerts/registry.ts';
import { CANARY_CODE, WORKFLOWS } from '../../../../core/contracts/resources.ts';
import { runbookPagesUrl } from '../../../../core/contracts/runbooks.ts';
import { ERRORS } from '../../../../core/model/errors.ts';
import type { Alert } from '../../../../core/ports.ts';
import { chatForm } from '../../../channels/chat-form.ts';
import { PAGERDUTY_MAX_BYTES, pagerDutyForm } from '../../../channels/pager-duty-form.ts';
import { PAGERDUTY_KEY } from '../../../channels/pager-duty-server.ts';
import { EVERY_MESSAGE } from './every-message.ts';

const PROJECT = join(import.meta.dirname, '../../../..');
const VAULT = { bucket: 'redrill-vault-111122223333-eu-central-1-an', region: 'eu-central-1' };
const OPTIONS = { region: 'eu-central-1', runbookPagesUrl: runbookPagesUrl(VAULT) };
const ENVELOPE = {
  source: 'redrill',
  account: '111122223333',
  region: 'eu-central-1',
  time: '2026-11-24T12:00:00Z',
} as const;
/** SNS takes 256 KiB, and so does an entry of EventBridge. */
const MESSAGE_MAX_BYTES = 262_144;

const published = z.fromJSONSchema(
  JSON.parse(readFileSync(join(PROJECT, 'docs/schemas/alert-1.json'), 'utf8')),
);
const eventOf = (alert: Alert) => alertEventOf(alert, OPTIONS);
const pagesOf = (alert: Alert, tickets = true) =>
  pageOf({ ...ENVELOPE, detail: eventOf(alert) }, { routingKey: PAGERDUTY_KEY, tickets });

it('there is one message for every code and its end, and one for every failure of every workflow', () => {
  const codes = EVERY_MESSAGE.map(([, { code }]) => code);
  const registered = Object.keys(ALERTS);
  const faults = registered.filter((code) => code !== CANARY_CODE);
  const failures = WORKFLOWS.flatMap(() => [...Object.keys(ERRORS), 'States.Timeout']);
  const expected = [...registered, ...faults.map((code) => `${code}Resolved`), ...failures];
  expect([...codes].sort()).toEqual(expected.sort());
  expect(codes.length).toBeGreaterThan(150);
});

it('each of them has every channel: none is left out by a test of this file', () => {
  for (const [, alert] of EVERY_MESSAGE) {
    expect(chatMessagesOf(alert, OPTIONS).length).toBeGreaterThan(0);
    expect(pagesOf(alert).length).toBeGreaterThan(0);
  }
});

describe.each(EVERY_MESSAGE)('%s', (_subject, alert) => {
  it('fits an e-mail, whose subject and first line say what is wrong', () => {
    const [first = ''] = emailTextOf(alert, OPTIONS).split('\n');
    // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: less than 100 ASCII characters, none of them a control character
    expect(subjectOf(alert)).toMatch(/^\[Redrill\] [ -~]{1,89}$/);
    expect(alert.subject.slice(0, 60)).toMatch(/[a-z]/);
    expect(first).not.toBe('');
    expect(Buffer.byteLength(emailTextOf(alert, OPTIONS))).toBeLessThan(MESSAGE_MAX_BYTES);
  });

  it('can be read on a phone: sentences are in lines that a screen or two can show', () => {
    const lines = emailTextOf(alert, OPTIONS)
      .split('\n')
      .filter((line) => !line.startsWith('  '));
    // Ten lines of a phone, about 45 characters each; commands are for the terminal and indented.
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(450);
  });

  it('is a custom notification for chat', () => {
    const messages = chatMessagesOf(alert, OPTIONS).map((message) => chatForm.parse(message));
    expect(messages).toHaveLength(alert.code === CANARY_CODE ? 2 : 1);
    const threads = new Set(messages.map(({ metadata }) => metadata?.threadId));
    expect([...threads]).toEqual([expect.stringMatching(/\(eu-central-1\)$/)]);
  });

  it('is an event of the published schema', () => {
    const event = eventOf(alert);
    expect(published.safeParse(JSON.parse(JSON.stringify(event)))).toMatchObject({ success: true });
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(MESSAGE_MAX_BYTES);
    expect(event.code).not.toMatch(/Resolved$/);
    expect(event.severity === 'none').toBe(alert.code === CANARY_CODE);
  });

  it('fits a message with a text of its own for HTTPS endpoints', () => {
    const texts = { default: emailTextOf(alert, OPTIONS), https: JSON.stringify(eventOf(alert)) };
    expect(Buffer.byteLength(JSON.stringify(texts))).toBeLessThan(MESSAGE_MAX_BYTES);
    expect(['page', 'ticket', 'resolved', 'test']).toContain(kindOf(alert));
  });

  it('is what PagerDuty’s events may be, under the key of its fault', () => {
    const pages = pagesOf(alert);
    expect(pages.map(({ event_action }) => event_action)).toEqual(
      { raised: ['trigger'], resolved: ['resolve'], test: ['trigger', 'resolve'] }[eventOf(alert).state],
    );
    for (const page of pages) {
      pagerDutyForm.parse(JSON.parse(JSON.stringify(page)));
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(PAGERDUTY_MAX_BYTES);
    }
    expect(new Set(pages.map(({ dedup_key }) => dedup_key)).size).toBe(1);
  });
});

describe('the runbook of every message', () => {
  const raised = EVERY_MESSAGE.filter(([, alert]) => eventOf(alert).state !== 'resolved');

  it.each(raised)('%s is a page of the vault that exists, on every channel', (_subject, alert) => {
    const { runbook = '' } = eventOf(alert);
    const [, name = ''] = /&prefix=reports\/_runbooks\/([a-z-]+)\.html$/.exec(runbook) ?? [];
    expect(globSync('docs/runbooks/*.md', { cwd: PROJECT })).toContain(`docs/runbooks/${name}.md`);
    expect(emailTextOf(alert, OPTIONS)).toContain(`Runbook: ${runbook}\nOffline: npx redrill open ${name}`);
    // A test message in chat asks for nothing.
    if (alert.code !== CANARY_CODE) expect(JSON.stringify(chatMessagesOf(alert, OPTIONS))).toContain(runbook);
    expect(pagesOf(alert)[0]).toMatchObject({ links: [{ href: runbook }] });
    for (const text of [emailTextOf(alert, OPTIONS), JSON.stringify(chatMessagesOf(alert, OPTIONS))])
      expect(text).not.toContain('docs/runbooks/');
  });
});

describe('an incident of PagerDuty', () => {
  const messagesOf = (code: string) =>
    EVERY_MESSAGE.map(([, alert]) => alert).filter(({ code: of }) => of === code || of === `${code}Resolved`);

  it.each(Object.keys(ALERTS).filter((code) => code !== CANARY_CODE))(
    'of %s is resolved by its end',
    (code) => {
      const [raised, resolved] = messagesOf(code).map((alert) => pagesOf(alert)[0]);
      expect(raised).toMatchObject({ event_action: 'trigger' });
      expect(resolved).toEqual({
        routing_key: PAGERDUTY_KEY,
        dedup_key: raised?.dedup_key,
        event_action: 'resolve',
      });
    },
  );

  it('is opened by pages alone if tickets are not wanted, and resolved whatever its severity was', () => {
    for (const [, alert] of EVERY_MESSAGE) {
      const opens = pagesOf(alert, false).some(({ event_action }) => event_action === 'trigger');
      const { severity, state } = eventOf(alert);
      expect(opens).toBe(state === 'test' || (state === 'raised' && severity === 'page'));
      if (state === 'resolved') expect(pagesOf(alert, false)).toHaveLength(1);
    }
  });

  it('of a test message has the lowest severity', () =>
    expect(pagesOf(messagesOf(CANARY_CODE)[0] as Alert)[0]).toMatchObject({ payload: { severity: 'info' } }));

  const alarm = (alarmName: string, value: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA') =>
    pageOf(
      {
        ...ENVELOPE,
        source: 'aws.cloudwatch',
        detail: {
          alarmName,
          state: { value, reason: 'Threshold Crossed' },
          configuration: {
            description: 'Late. Runbook: https://example.com/late.html (npx redrill open late)',
          },
        },
      },
      { routingKey: PAGERDUTY_KEY, tickets: false },
    );

  it.each([...ALARMS_WITH_AN_END])('of the alarm %s is resolved when the alarm is OK', (name) => {
    for (const page of [...alarm(name, 'ALARM'), ...alarm(name, 'OK')])
      pagerDutyForm.parse(JSON.parse(JSON.stringify(page)));
    expect(alarm(name, 'ALARM')).toMatchObject([
      {
        event_action: 'trigger',
        payload: { severity: 'critical' },
        links: [{ href: 'https://example.com/late.html', text: 'Runbook' }],
      },
    ]);
    expect(alarm(name, 'OK')).toMatchObject([{ event_action: 'resolve' }]);
    expect(alarm(name, 'OK')[0]?.dedup_key).toBe(alarm(name, 'ALARM')[0]?.dedup_key);
    expect(alarm(name, 'INSUFFICIENT_DATA')).toEqual([]);
  });

  it('of an alarm about what has happened waits for a person', () =>
    expect(alarm('redrill-raise-alert-errors', 'OK')).toEqual([]));

  it('has a key of its own for each long fault that begins like another one', () => {
    const keyOf = (fault: string) =>
      pageOf(
        { ...ENVELOPE, detail: { ...eventOf(messagesOf('RpoMissed')[0] as Alert), fault } },
        { routingKey: PAGERDUTY_KEY, tickets: true },
      )[0]?.dedup_key;
    const long = 'x'.repeat(300);
    expect(keyOf(`${long}1`)).not.toBe(keyOf(`${long}2`));
    expect(keyOf(`${long}1`)).toHaveLength(255);
  });
});

it('the published schemas are these', () =>
  expect(globSync('docs/schemas/*.json', { cwd: PROJECT })).toHaveLength(4));
