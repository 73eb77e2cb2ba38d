import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Alert, Alerts } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { translating } from './translate.ts';

/** Longest subject of an e-mail, characters: "less than 100". https://docs.aws.amazon.com/sns/latest/api/API_Publish.html (checked 2026-11-21) */
const SUBJECT_MAX_CHARACTERS = 99;

/** An SNS topic; code, severity and cache go along as attributes, for subscription filters. */
export function alerts(topicArn: string, client = new SNSClient(CLIENT_OPTIONS)): Alerts {
  return {
    publish: ({ code, severity, cache, subject, text }: Alert) =>
      translating(`publish alert ${code}`, async () => {
        const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
        await client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Subject: subject.slice(0, SUBJECT_MAX_CHARACTERS),
            Message: text,
            MessageAttributes: {
              code: attribute(code),
              severity: attribute(severity),
              cache: attribute(cache),
            },
          }),
        );
      }),
  };
}
