import type { Finding } from '../contracts/doctor.ts';
import { ok, problem, unknown } from './findings.ts';

export interface HeartbeatSeen {
  /** The SSM parameter that holds the URL. */
  readonly parameter: string;
  readonly region: string;
  readonly exists: boolean;
  /** Pings of the last hour that failed; undefined if watch-vault has measured none. */
  readonly failed: number | undefined;
}

/** Whether watch-vault reaches the dead man's switch. A ping from here would show nothing, and might end an alarm. */
export function heartbeatFinding({ parameter, region, exists, failed }: HeartbeatSeen): Finding {
  const subject = parameter;
  if (!exists)
    return problem({
      id: 'heartbeat-missing',
      subject,
      text: 'The SSM parameter does not exist, so no heartbeat is sent.',
      next: [
        `aws ssm put-parameter --region ${region} --name ${parameter} --type SecureString --value https://…`,
      ],
    });
  if (failed === undefined)
    return unknown({
      id: 'heartbeat-unseen',
      subject,
      text: 'Not checked: watch-vault has measured no heartbeat in the last hour. It runs every 15 minutes.',
      next: ['npx redrill doctor, in 15 minutes'],
    });
  if (failed > 0)
    return problem({
      id: 'heartbeat-failed',
      subject,
      text: `${failed} heartbeats of the last hour failed. The log of redrill-watch-vault shows the cause.`,
      next: [`aws logs tail /aws/lambda/redrill-watch-vault --region ${region} --since 1h`],
    });
  return ok({ id: 'heartbeat', subject, text: 'watch-vault reaches the heartbeat endpoint.' });
}
