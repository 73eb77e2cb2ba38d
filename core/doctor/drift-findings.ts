import type { Finding } from '../contracts/doctor.ts';
import type { Drift } from '../watch/settings/assess-drift.ts';
import { shortened } from '../watch/settings/setting-text.ts';
import { ok, problem, unknown } from './findings.ts';

/** What is not as it was deployed, of everything that the watches compare. */
export function driftFindings(
  drifts: readonly Drift[],
  { stack, region, settings }: { readonly stack: string; readonly region: string; readonly settings: number },
): readonly Finding[] {
  if (drifts.length === 0)
    return [ok({ id: 'settings', subject: region, text: `${settings} settings match the deployment.` })];
  return drifts.map((drift) => {
    const { setting, kind, expected, found, repairs, passing } = drift;
    const told = { id: idOf(drift), subject: setting.id };
    if (kind === 'unreadable')
      return unknown({
        ...told,
        text: `Not checked: ${found}`,
        next: [passing ? 'npx redrill doctor' : 'npx redrill doctor, with credentials that may read it'],
      });
    if (setting.kind === 'subscription' || setting.kind === 'audience')
      return problem({
        ...told,
        text: subscriptionText(found),
        next: ['Confirm the subscription in the e-mail that AWS sent, or sent again by:', ...repairs],
      });
    const text =
      kind === 'gone' ? 'It does not exist.' : `Expected ${shortened(expected)}; found ${shortened(found)}.`;
    return problem({ ...told, text, next: [...repairs, `npx cdk deploy ${stack} --revert-drift`] });
  });
}

const idOf = ({ setting, kind }: Drift): string =>
  `${setting.kind === 'audience' ? 'subscription' : setting.kind}-${kind === 'unreadable' ? 'unread' : kind === 'gone' ? 'missing' : 'changed'}`;

const subscriptionText = (found: string): string =>
  found === 'nothing'
    ? 'There is no such subscription: alerts of this region may have no recipient.'
    : 'The subscription is not confirmed: SNS delivers no alert to it.';
