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

const workspaceForm = form('the id of a Slack workspace', 'write it as T0123ABCDEF');
const slackForm = form('the id of a Slack channel', 'write it as C0123ABCDEF; the channel’s details show it');
const slackChannel = z.strictObject({
  /** Its administrator has allowed Amazon Q Developer in it, in the console of that service. */
  workspaceId: z.string(workspaceForm).regex(/^[TE][0-9A-Z]{1,254}$/, workspaceForm),
  channelId: z.string(slackForm).regex(/^[CG][0-9A-Z]{1,254}$/, slackForm),
});

const UUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;
const uuid = (what: string) => {
  const uuidForm = form(what, 'write it as 12345678-abcd-1234-abcd-1234567890ab');
  return z.string(uuidForm).regex(UUID, uuidForm);
};
const teamsForm = form(
  'the id of a Microsoft Teams channel',
  'write it as it is in the link to the channel: 19%3a…%40thread.tacv2',
);
const teamsChannel = z.strictObject({
  tenantId: uuid('the id of a Microsoft Teams tenant'),
  teamId: uuid('the id of a Microsoft team'),
  channelId: z.string(teamsForm).regex(/^[\w=+/.,-]*%3[aA][\w=+/.,-]*%40[\w=+/.,-]*$/, teamsForm),
});

const endpointForm = form('an https URL', 'write it as https://example.com/redrill');
const endpoint = z.strictObject({
  /** Must answer SNS's request for a confirmation: see docs/alerts.md. */
  url: z.string(endpointForm).regex(/^https:\/\/[^\s@/]+(\/\S*)?$/, endpointForm),
  /** Messages about pages alone, their ends and the test messages. @default tickets and alarms as well */
  only: z.enum(['page']).optional(),
  /** The request's body is the alert itself, unsigned, instead of SNS's signed envelope. @default the envelope */
  raw: z.boolean().default(false),
});

const keyForm = form('the name of an SSM parameter', 'write it as /redrill/pagerduty-key');
const pagerDuty = z.strictObject({
  /** SSM parameter of each of the two regions that holds the integration key of an Events API v2 integration. */
  parameter: z.string(keyForm).regex(/^\/[\w./-]+$/, keyForm),
  /** Service region of the PagerDuty account. */
  region: z.enum(['us', 'eu']).default('us'),
  /** Whether tickets open incidents, with the severity `warning`. */
  tickets: z.boolean().default(true),
});

const busForm = form('the name of an event bus', 'write it as default, or as your own bus is called');

/** Who is told, and how. */
export const alerts = z.strictObject({
  emails: z.array(z.email(emailForm)).default([]),
  /** Sends every alert also to a topic of its own, in the form that Amazon Q Developer in chat applications shows. */
  chat: z.boolean().default(false),
  /** Slack channels that show these messages. With one, `chat` need not be set. */
  slack: z.array(slackChannel).default([]),
  /** Channels of Microsoft Teams, likewise. */
  teams: z.array(teamsChannel).default([]),
  /** Where the folder docs/runbooks is published: messages link to its files. @default they link to the pages that publish-fleet writes into the vault */
  runbookBaseUrl: z
    .string(urlForm)
    .regex(/^https:\/\/[^\s?#]+$/, urlForm)
    .optional(),
  /** URLs that get each alert as JSON. */
  endpoints: z.array(endpoint).default([]),
  /** Opens, updates and resolves incidents of PagerDuty. @default none */
  pagerDuty: pagerDuty.optional(),
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

/** Whether there is a topic for chat. */
export function hasChat({
  chat,
  slack,
  teams,
}: Pick<z.output<typeof alerts>, 'chat' | 'slack' | 'teams'>): boolean {
  return chat || slack.length + teams.length > 0;
}
