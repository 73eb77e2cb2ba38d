import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { chatMessageOf, emailTextOf, type MessageOptions } from '../../core/alerts/compose-message.ts';
import type { Alert, Alerts } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** Longest subject of an e-mail, characters: "less than 100". https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (checked 2026-11-21) */
const SUBJECT_MAX_CHARACTERS = 99;

export interface AlertTopics extends Omit<MessageOptions, 'region'> {
  readonly topicArn: string;
  /** Gets every alert as a message for chat. @default none */
  readonly chatTopicArn?: string | undefined;
}

/**
 * SNS topics; code, severity and cache go along as attributes, for subscription filters. An alert is sent if one of the
 * topics has taken it: to repeat it for the sake of the other would be a message too many, and the settings' watch reports
 * a topic that takes none.
 */
export function alerts(topics: AlertTopics, client = new SNSClient(CLIENT_OPTIONS)): Alerts {
  const { topicArn, chatTopicArn } = topics;
  const options: MessageOptions = { ...topics, region: topicArn.split(':')[3] ?? '' };
  const send = (TopicArn: string, alert: Alert, Message: string) =>
    translating(`publish alert ${alert.code}`, async () => {
      const { code, severity, cache, subject } = alert;
      const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
      await client.send(
        new PublishCommand({
          TopicArn,
          Subject: subject.slice(0, SUBJECT_MAX_CHARACTERS),
          Message,
          MessageAttributes: {
            code: attribute(code),
            severity: attribute(severity),
            cache: attribute(cache),
          },
        }),
      );
    });
  return {
    publish: async (alert) => {
      const sent = await Promise.allSettled([
        send(topicArn, alert, emailTextOf(alert, options)),
        ...(chatTopicArn === undefined
          ? []
          : [send(chatTopicArn, alert, JSON.stringify(chatMessageOf(alert, options)))]),
      ]);
      const [first] = sent;
      if (first?.status === 'rejected' && sent.every(({ status }) => status === 'rejected'))
        throw first.reason;
    },
  };
}
