import type { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { alerts } from '../../../adapters/aws/alerts.ts';
import { alertOfCanary } from '../../../core/alerts/compose-canary.ts';
import { alertOfEnd } from '../../../core/alerts/compose-notice.ts';
import { EVENTS, type RedrillEvent } from '../../../core/contracts/events.ts';
import { AppError, errorName } from '../../../core/model/errors.ts';
import { MemoryEvents } from '../lambdas/memory-world.ts';

const ARN = 'arn:aws:sns:eu-central-1:111122223333:redrill-alerts';
const CHAT = 'arn:aws:sns:eu-central-1:111122223333:redrill-chat';
const ALERT = {
  code: 'RpoMissed',
  severity: 'page',
  cache: 'orders',
  subject: '[Redrill] orders: no recent recovery point',
  text: 'Late.\nRunbook: docs/runbooks/no-recent-recovery-point.md',
  thread: 'orders: outside RPO',
} as const;

const TEXT = `${ALERT.text}\nOffline: npx redrill open no-recent-recovery-point`;

function topics(refusing: readonly string[] = []) {
  const events = new MemoryEvents();
  const refusals: string[] = [];
  const channels = {
    topicArn: ARN,
    events: {
      put: async (all: readonly RedrillEvent[]) => {
        if (refusing.includes('events')) throw new AppError('AccessDenied', 'no');
        await events.put(all);
      },
    },
    refused: (channel: string, reason: unknown) => refusals.push(`${channel}: ${errorName(reason)}`),
  };
  const sent: PublishCommand['input'][] = [];
  const client = {
    send: async ({ input }: PublishCommand) => {
      if (refusing.includes(input.TopicArn ?? ''))
        throw Object.assign(new Error('Topic does not exist'), {
          name: 'NotFoundException',
          $metadata: { httpStatusCode: 404 },
        });
      sent.push(input);
    },
  } as unknown as SNSClient;
  return {
    sent,
    refusals,
    events: events.events,
    to: alerts({ ...channels, chatTopicArn: CHAT }, client),
    alone: alerts(channels, client),
    withEndpoints: alerts({ ...channels, endpoints: true }, client),
  };
}

describe('alerts', () => {
  it('go to one topic as text, and to the other as a custom notification with the same attributes', async () => {
    const { sent, to } = topics();
    await to.publish(ALERT);
    expect(sent.map(({ TopicArn }) => TopicArn)).toEqual([ARN, CHAT]);
    expect(sent[0]?.Message).toBe(TEXT);
    expect(JSON.parse(sent[1]?.Message ?? '')).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown', description: 'Late.' },
      metadata: { threadId: 'orders: outside RPO (eu-central-1)' },
    });
    expect(sent[0]?.MessageAttributes).toEqual(sent[1]?.MessageAttributes);
  });

  it('go to HTTPS endpoints as the event, and to everybody else as the text', async () => {
    const { sent, withEndpoints } = topics();
    await withEndpoints.publish(ALERT);
    expect(sent[0]?.MessageStructure).toBe('json');
    const { default: text, https } = JSON.parse(sent[0]?.Message ?? '');
    expect(text).toBe(TEXT);
    expect(EVENTS.Alert.schema.parse(JSON.parse(https))).toMatchObject({
      code: 'RpoMissed',
      state: 'raised',
    });
  });

  it.each([
    ['page', ALERT],
    ['resolved', alertOfEnd('orders', { code: 'RpoMissed', about: 'orders', parts: [] })],
    ['test', alertOfCanary('eu-central-1', 'weekly', new Date('2026-11-24T12:00:00Z'))],
    ['ticket', { ...ALERT, severity: 'ticket' as const }],
  ])('have the attribute kind: %s', async (kind, alert) => {
    const { sent, to } = topics();
    await to.publish(alert);
    for (const { MessageAttributes } of sent) expect(MessageAttributes?.kind?.StringValue).toBe(kind);
  });

  it('about nothing but a test say in chat that the test is over, and nowhere else', async () => {
    const { sent, to, events } = topics();
    await to.publish(alertOfCanary('eu-central-1', 'weekly', new Date('2026-11-24T12:00:00Z')));
    expect(sent.map(({ TopicArn }) => TopicArn)).toEqual([ARN, CHAT, CHAT]);
    expect(JSON.parse(sent[2]?.Message ?? '')).toMatchObject({
      content: { keywords: ['resolved', 'AlertCanary', 'eu-central-1'] },
    });
    expect(events).toHaveLength(1);
  });

  it('go to the first topic alone where there is no chat', async () => {
    const { sent, alone } = topics();
    await alone.publish(ALERT);
    expect(sent).toHaveLength(1);
  });

  it.each([[[ARN]], [[CHAT]]])('count as sent when one topic of two refuses: %j', async (refusing) => {
    const { sent, to, events, refusals } = topics(refusing);
    await to.publish(ALERT);
    expect(sent).toHaveLength(1);
    expect(events).toHaveLength(1);
    expect(refusals).toHaveLength(1);
  });

  it('count as sent, and report it, when the event bus refuses', async () => {
    const { sent, to, refusals } = topics(['events']);
    await to.publish(ALERT);
    expect(sent).toHaveLength(2);
    expect(refusals).toEqual(['events: AccessDenied']);
  });

  it('go to the event bus, with the id of the fault and its occurrence, also when no topic takes them', async () => {
    const { events, alone } = topics([ARN]);
    await expect(alone.publish({ ...ALERT, occurrence: '2026-11-21T06:00:00.000Z' })).rejects.toThrow();
    expect(events).toMatchObject([
      {
        name: 'Alert',
        detail: {
          id: 'alert/eu-central-1/orders: outside RPO/2026-11-21T06:00:00.000Z/raised',
          state: 'raised',
          severity: 'page',
          runbook: 'docs/runbooks/no-recent-recovery-point.md',
        },
      },
    ]);
  });

  it('fail when no topic takes them', async () => {
    await expect(topics([ARN, CHAT]).to.publish(ALERT)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(topics([ARN]).alone.publish(ALERT)).rejects.toMatchObject({ code: 'NotFound' });
  });
});
