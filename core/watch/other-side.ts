import { type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { OtherSide } from '../contracts/settings.ts';
import { readableSeconds } from '../model/duration.ts';
import { EXPORT_KEPT_DAYS } from '../model/periods.ts';
import { type TopicView, whyNobodyIsReached } from './alert-path.ts';

/** What a call to the other region has come to. */
export type Answer<Value> =
  | { readonly state: 'answered'; readonly value: Value }
  /** @param passing whether AWS was throttling, or did not answer at all */
  | { readonly state: 'failed'; readonly message: string; readonly passing: boolean };

/** What the other region’s watch last reported. */
export interface OtherReport {
  readonly at: string;
  /** Why alerts of its region reach nobody. @default they reach someone */
  readonly alertsLost?: string | undefined;
}

export interface OtherSideFacts {
  readonly here: string;
  readonly otherSide: OtherSide;
  /** Of which half the other region is the home. */
  readonly half: 'source' | 'vault';
  readonly topics: readonly Answer<TopicView>[];
  /** A call to another service than SNS. */
  readonly second: { readonly service: string; readonly answer: Answer<unknown> };
  readonly report: OtherReport | undefined;
  readonly now: Date;
}

/** A region is called down only if two of its services do not answer in one look. */
export function isDown({ topics, second }: Pick<OtherSideFacts, 'topics' | 'second'>): boolean {
  return [...topics, second.answer].every((answer) => answer.state === 'failed' && answer.passing);
}

/** What people must hear of the other region: that it does not answer, or that its alerts reach nobody. */
export function noticesOfOtherSide(facts: OtherSideFacts): readonly Notice[] {
  if (isDown(facts)) return [downNotice(facts)];
  const failed = facts.topics.find((answer) => answer.state === 'failed');
  if (failed !== undefined) return [unseenNotice(facts, failed.message)];
  const views = facts.topics.flatMap((answer) => (answer.state === 'answered' ? [answer.value] : []));
  // What the other region alone sees: the state of its key, and what SNS could not deliver.
  const why = whyNobodyIsReached(views, facts.otherSide.testsOnly) ?? facts.report?.alertsLost;
  return why === undefined ? [] : [lostNotice(facts, why)];
}

const HALVES = {
  source: {
    stake: [
      'While the region is down, no backups are made and no new exports reach the vault. The recovery points in the vault are not affected.',
      'An RpoMissed alert follows for each cache whose newest copy becomes older than its RPO.',
    ],
    commands: [
      'To list the newest recovery point of each cache:',
      '  npx redrill status',
      'If the region is not expected back within your RTO, follow the runbook to restore the caches in the vault’s region.',
    ],
  },
  vault: {
    stake: [
      `While the region is down, backups continue and their exports wait in the landing bucket, where S3 keeps them for ${EXPORT_KEPT_DAYS} days. They are ingested when the region is back.`,
      'Until then, recovery points cannot be read, restored or checked, and alerts of that region may not be sent.',
    ],
    commands: [
      'You need to do nothing unless the outage lasts for days. Then copy the exports out of the landing bucket before S3 deletes them.',
    ],
  },
} as const;

function downNotice({ here, otherSide, half, second, report, now }: OtherSideFacts): Notice {
  const { region } = otherSide;
  const { stake, commands } = HALVES[half];
  return noticeOf({
    code: 'RegionDown',
    about: region,
    named: [region, half],
    text: [
      `The ${half} region ${region} does not answer: calls from ${here} to Amazon SNS and ${second.service} failed.`,
      ...(report === undefined
        ? []
        : [
            `Redrill’s watch function in that region last reported ${readableSeconds((now.getTime() - Date.parse(report.at)) / 1000)} ago.`,
          ]),
      ...stake,
      '',
      'Check the region on the AWS Health Dashboard: https://health.aws.amazon.com/health/status',
      ...commands,
    ],
  });
}

function lostNotice({ here, otherSide: { region, topics } }: OtherSideFacts, why: string): Notice {
  const [topic = ''] = topics;
  return noticeOf({
    code: 'AlertsReachNobody',
    about: region,
    parts: [why],
    text: [
      `Alerts of ${region} have no recipient: ${why}.`,
      `This message comes from ${here}, whose alerts still arrive. Until ${region} can send alerts again, you get no alerts about that region.`,
      '',
      'If the topic exists, subscribe an address, and follow the link in the e-mail that SNS sends to it:',
      `  aws sns subscribe --region ${region} --topic-arn ${topic} --protocol email --notification-endpoint on-call@example.com`,
      'If the topic does not exist, deploy the stack of that region again with --revert-drift.',
    ],
  });
}

function unseenNotice({ here, otherSide: { region } }: OtherSideFacts, message: string): Notice {
  return noticeOf({
    code: 'AlertsUnchecked',
    about: region,
    text: [
      `Redrill in ${here} could not check whether alerts of ${region} have a recipient:`,
      `  ${message}`,
      'AWS may have throttled the call, or the policy of the role or the topic may have changed.',
    ],
  });
}
