import type { AlertCanary } from '../contracts/alert-config.ts';
import { CANARY_CODE } from '../contracts/resources.ts';
import { DAY_MS } from '../model/time.ts';
import type { Alert } from '../ports.ts';
import { alertOf } from './compose-notice.ts';

const HOUR = 9;

/** When the next test message is due, UTC: 09:00 every day, or every Monday; what the schedules say in cron. */
export function nextCanary(schedule: AlertCanary['schedule'], now: Date): Date {
  const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), HOUR));
  while (at <= now || (schedule === 'weekly' && at.getUTCDay() !== 1)) at.setTime(at.getTime() + DAY_MS);
  return at;
}

/** A test message: the same subject every time, and when the next one is due. */
export function alertOfCanary(region: string, schedule: AlertCanary['schedule'], now: Date): Alert {
  const next = nextCanary(schedule, now);
  const due = next.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' });
  const alert = alertOf({
    code: CANARY_CODE,
    about: 'none',
    named: [region],
    text: [
      `This is a test: nothing is wrong. Every alert of Redrill in ${region} takes the same path as this message, so alerts reach you.`,
      '',
      `The next one is due on ${due}, ${next.toISOString().slice(0, 16).replace('T', ' ')} UTC. If it does not arrive, assume that alerts do not arrive either.`,
    ],
  });
  return { ...alert, occurrence: now.toISOString().slice(0, 10) };
}

/** That a test is over, for those who see messages in threads. */
export function endOfCanary({ code, severity, cache, subject, occurrence }: Alert): Alert {
  return {
    code,
    severity,
    cache,
    subject: subject.replace('[Redrill] ', '[Redrill] resolved: '),
    text: 'The test is over. You need to do nothing.',
    ...(occurrence !== undefined && { occurrence }),
    ended: { code, severity },
  };
}
