import * as z from 'zod';
import { form } from './problems.ts';

/** The event bus that every account has in every region. */
export const DEFAULT_BUS = 'default';

const emailForm = form('an e-mail address', 'write it as name@example.com');

const alertCanary = z.strictObject({
  /** When a test message is sent over the topics: 09:00 UTC every day, or every Monday. */
  schedule: z.enum(['daily', 'weekly']).default('weekly'),
  /** E-mail address of a dead man's switch, which gets these messages and no alert. @default none */
  switchEmail: z.email(emailForm).optional(),
});
export type AlertCanary = z.output<typeof alertCanary>;

const urlForm = form('an https URL', 'write it as https://example.com/redrill/docs/runbooks');

const busForm = form('the name of an event bus', 'write it as default, or as your own bus is called');

/** Who is told, and how. */
export const alerts = z.strictObject({
  emails: z.array(z.email(emailForm)).default([]),
  /** Sends every alert also to a topic of its own, in the form that Amazon Q Developer in chat applications shows. */
  chat: z.boolean().default(false),
  /** Where the folder docs/runbooks is published: messages link to its files. @default they name the file in the repository */
  runbookBaseUrl: z
    .string(urlForm)
    .regex(/^https:\/\/[^\s?#]+$/, urlForm)
    .optional(),
  /**
   * Event bus of each of the two regions, by name, that alerts, verdicts, drills and releases are put on as events. Another one
   * than `default` must exist in both.
   */
  eventBus: z
    .string(busForm)
    .regex(/^(?!aws\.)[\w.-]{1,256}$/, busForm)
    .default(DEFAULT_BUS),
  canary: alertCanary.default({ schedule: 'weekly' }),
});
