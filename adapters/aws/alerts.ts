import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { alertEventOf } from '../../core/alerts/compose-event.ts';
import {
  chatMessagesOf,
  emailTextOf,
  type MessageOptions,
  subjectOf,
} from '../../core/alerts/compose-message.ts';
import { kindOf } from '../../core/alerts/kind.ts';
import type { Alert, Alerts, Events } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** A text for each protocol. https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html */
const BY_PROTOCOL = { MessageStructure: 'json' } as const;

/** Where alerts go. A channel is the topic, the chat’s topic, or the event bus. */
export type Channel = 'alerts' | 'chat' | 'events';

export interface AlertChannels extends Omit<MessageOptions, 'region'> {
  readonly topicArn: string;
  /** Gets every alert as a message for chat. @default none */
  readonly chatTopicArn?: string | undefined;
  /** Whether URLs are subscribed, which get the event instead of the text. @default false */
  readonly endpoints?: boolean;
  /** Gets every alert as an event. */
  readonly events: Events;
  /** Is given what a channel refused. */
  readonly refused: (channel: Channel, reason: unknown) => void;
}

/**
 * SNS topics and the event bus; code, severity and cache go along as attributes, for subscription filters. No channel waits
 * for another. An alert is sent if one of the topics has taken it: to repeat it for the sake of another channel would be a
 * message too many. Nobody need listen on the event bus, so that it has taken an alert does not count.
 */
export function alerts(channels: AlertChannels, client = new SNSClient(CLIENT_OPTIONS)): Alerts {
  const { topicArn, chatTopicArn, endpoints = false, events, refused } = channels;
  const options: MessageOptions = { ...channels, region: topicArn.split(':')[3] ?? '' };
  const send = (
    TopicArn: string,
    alert: Alert,
    message: Pick<PublishCommandInput, 'Message' | 'MessageStructure'>,
  ) =>
    translating(`publish alert ${alert.code}`, async () => {
      await client.send(new PublishCommand({ TopicArn, ...message, ...envelopeOf(alert) }));
    });
  const sendChat = async (TopicArn: string, alert: Alert) => {
    for (const message of chatMessagesOf(alert, options))
      await send(TopicArn, alert, { Message: JSON.stringify(message) });
  };
  return {
    publish: async (alert) => {
      const detail = alertEventOf(alert, options);
      const text = emailTextOf(alert, options);
      const message = endpoints
        ? { Message: JSON.stringify({ default: text, https: JSON.stringify(detail) }), ...BY_PROTOCOL }
        : { Message: text };
      const attempts = new Map<Channel, Promise<void>>([
        ['alerts', send(topicArn, alert, message)],
        ['events', events.put([{ name: 'Alert', detail }])],
      ]);
      if (chatTopicArn !== undefined) attempts.set('chat', sendChat(chatTopicArn, alert));
      const refusals = await refusalsOf(attempts);
      for (const [channel, reason] of refusals) refused(channel, reason);
      const isSent = (['alerts', 'chat'] as const).some(
        (topic) => attempts.has(topic) && !refusals.has(topic),
      );
      if (!isSent) throw refusals.get('alerts');
    },
  };
}

async function refusalsOf(
  attempts: ReadonlyMap<Channel, Promise<void>>,
): Promise<ReadonlyMap<Channel, unknown>> {
  const refusals = new Map<Channel, unknown>();
  await Promise.all(
    [...attempts].map(([channel, attempt]) =>
      attempt.catch((reason: unknown) => refusals.set(channel, reason)),
    ),
  );
  return refusals;
}

function envelopeOf(alert: Alert) {
  const { code, severity, cache } = alert;
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
  return {
    Subject: subjectOf(alert),
    MessageAttributes: {
      code: attribute(code),
      severity: attribute(severity),
      cache: attribute(cache),
      kind: attribute(kindOf(alert)),
    },
  };
}
