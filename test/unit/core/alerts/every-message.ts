import { alertOfCanary } from '../../../../core/alerts/compose-canary.ts';
import { alertOfFailure } from '../../../../core/alerts/compose-failure.ts';
import { alertOf, alertOfEnd, faultOf } from '../../../../core/alerts/compose-notice.ts';
import { ALERTS, type AlertCode } from '../../../../core/alerts/registry.ts';
import { CANARY_CODE, WORKFLOWS } from '../../../../core/contracts/resources.ts';
import { ERRORS } from '../../../../core/model/errors.ts';
import type { Alert } from '../../../../core/ports.ts';
import { SLOT } from '../facts.ts';

const REGION = 'eu-central-1';
const SINCE = '2026-11-24T12:00:00.000Z';
/** As long as an id of ElastiCache can be. */
const CACHE = 'a-replication-group-of-the-longest-name1';

/** What looks at settings names them at length, and repairs them by commands that hold whole documents. */
const LONG = [
  'role redrill-watch-vault-eu-central-1 differs from what was deployed:',
  `  aws iam put-role-policy --policy-document '${JSON.stringify({ Statement: Array.from({ length: 200 }, (_, index) => ({ Sid: `Statement${index}`, Resource: 'é' })) })}'`,
];

function noticeOf(code: AlertCode): readonly Alert[] {
  const about = 'about' in ALERTS[code] ? 'eu-west-1' : CACHE;
  const named =
    code === 'SettingsDrifted'
      ? [
          'subscription arn:aws:sns:eu-central-1:111122223333:redrill-alerts email somebody.with.a.long.name@example.com',
          'not confirmed',
        ]
      : [about, 'source'];
  const thread = faultOf(code, ...named);
  const told = { code, about, parts: [], severity: ALERTS[code].severity };
  const raised = alertOf({ code, about, named, text: LONG });
  return [raised, alertOfEnd(thread, told)].map((alert) => ({ ...alert, thread, occurrence: SINCE }));
}

/** Every message that people and programs can be sent: each code of the registry and its end, and each failure of a workflow. */
export const EVERY_MESSAGE: readonly (readonly [string, Alert])[] = [
  alertOfCanary(REGION, 'weekly', new Date(SINCE)),
  ...(Object.keys(ALERTS) as AlertCode[]).filter((code) => code !== CANARY_CODE).flatMap(noticeOf),
  ...WORKFLOWS.flatMap((workflow) =>
    [...Object.keys(ERRORS), 'States.Timeout'].map((code) =>
      alertOfFailure({
        workflow,
        execution: `arn:aws:states:${REGION}:111122223333:execution:redrill-${workflow}:${CACHE}-${SLOT}`,
        cache: CACHE,
        slot: SLOT,
        failure: { Error: code, Cause: 'what happened', lastVerified: SLOT },
      }),
    ),
  ),
].map((alert) => [alert.subject, alert] as const);
