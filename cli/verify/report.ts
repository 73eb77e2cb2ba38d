import type { Paint } from '../terminal/page.ts';
import { refusalReport } from './refusal-report.ts';
import { soundReport } from './sound-report.ts';
import type { Verification } from './verification.ts';

export interface ReportOptions {
  readonly now: Date;
  readonly paint: Paint;
}

/** What `redrill verify` prints for people. */
export function reportOf(verification: Verification, options: ReportOptions): string {
  const { now, paint } = options;
  const lines =
    verification.verdict === 'sound'
      ? soundReport(verification, now, paint)
      : refusalReport(verification, now, paint);
  return lines.join('\n');
}
