import type { ShownAlert } from '../../demo/commands.ts';

/** One line an alert: number, time, region, severity and subject. */
export function alertList(alerts: readonly ShownAlert[]): string {
  if (alerts.length === 0) return 'No alert was published.';
  const width = String(alerts.length).length;
  const lines = alerts.map(({ number, at, region, severity, subject }) =>
    [
      String(number).padStart(width),
      `${at.slice(0, 10)} ${at.slice(11, 19)}`,
      region,
      severity.padEnd(8),
      subject,
    ].join('  '),
  );
  return [...lines, '', 'One in full: npx redrill local alerts <number>'].join('\n');
}

/** The whole message, as its recipients got it. */
export function alertText({ at, region, subject, deliveredTo, text }: ShownAlert): string {
  const to = deliveredTo.length === 0 ? 'no confirmed subscription' : deliveredTo.join(', ');
  return [`Published  ${at} in ${region}`, `To         ${to}`, `Subject    ${subject}`, '', text].join('\n');
}
