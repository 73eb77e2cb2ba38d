import type { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { alerts } from '../../../adapters/aws/alerts.ts';

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

function topics(refusing: readonly string[] = []) {
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
    to: alerts({ topicArn: ARN, chatTopicArn: CHAT }, client),
    alone: alerts({ topicArn: ARN }, client),
  };
}

describe('alerts', () => {
  it('go to one topic as text, and to the other as a custom notification with the same attributes', async () => {
    const { sent, to } = topics();
    await to.publish(ALERT);
    expect(sent.map(({ TopicArn }) => TopicArn)).toEqual([ARN, CHAT]);
    expect(sent[0]?.Message).toBe(ALERT.text);
    expect(JSON.parse(sent[1]?.Message ?? '')).toMatchObject({
      version: '1.0',
      source: 'custom',
      content: { textType: 'client-markdown', description: 'Late.' },
      metadata: { threadId: 'orders: outside RPO (eu-central-1)' },
    });
    expect(sent[0]?.MessageAttributes).toEqual(sent[1]?.MessageAttributes);
  });

  it('go to the first topic alone where there is no chat', async () => {
    const { sent, alone } = topics();
    await alone.publish(ALERT);
    expect(sent).toHaveLength(1);
  });

  it.each([[[ARN]], [[CHAT]]])('count as sent when one topic of two refuses: %j', async (refusing) => {
    const { sent, to } = topics(refusing);
    await to.publish(ALERT);
    expect(sent).toHaveLength(1);
  });

  it('fail when no topic takes them', async () => {
    await expect(topics([ARN, CHAT]).to.publish(ALERT)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(topics([ARN]).alone.publish(ALERT)).rejects.toMatchObject({ code: 'NotFound' });
  });
});
