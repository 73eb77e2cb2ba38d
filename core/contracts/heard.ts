import * as z from 'zod';
import { alertEvent, EVENT_SOURCE } from './events.ts';

/**
 * That the state of an alarm has changed, which CloudWatch itself puts on the default bus.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html (checked 2026-11-24)
 */
const alarmChange = z.object({
  alarmName: z.string(),
  state: z.object({ value: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']), reason: z.string().optional() }),
  configuration: z.object({ description: z.string().optional() }).optional(),
});
export type AlarmChange = z.output<typeof alarmChange>;

/**
 * What a Lambda behind a rule is given: an alert of Redrill or the change of an alarm, in the envelope that every event has.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html (checked 2026-11-24)
 */
export const heard = z.object({
  source: z.enum([EVENT_SOURCE, 'aws.cloudwatch']),
  account: z.string(),
  region: z.string(),
  time: z.iso.datetime(),
  detail: z.union([alertEvent, alarmChange]),
});
export type Heard = z.output<typeof heard>;
