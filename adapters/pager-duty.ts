import { request } from 'node:https';
import type { PagerDutyEvent } from '../core/alerts/compose-page.ts';
import { AppError } from '../core/model/errors.ts';
import type { PagerDuty, TimeLeft } from '../core/ports.ts';

/** Accounts are in one of two service regions. https://support.pagerduty.com/main/docs/service-regions (checked 2026-11-24) */
const HOSTS = { us: 'events.pagerduty.com', eu: 'events.eu.pagerduty.com' } as const;
const PATH = '/v2/enqueue';

/** For connecting and the answer together. */
const TIMEOUT_MS = 10_000;
const ANSWER_MAX_BYTES = 4_096;
/** Before each further attempt; the last one is repeated while time is left. */
const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000];
/** What an attempt and the end of the invocation take. */
const MARGIN_MS = TIMEOUT_MS + 5_000;

export interface PagerDutyOptions {
  readonly region: keyof typeof HOSTS;
  /** Of the running invocation: no attempt begins that could not end in it. */
  readonly timeLeftMs: TimeLeft;
  /** @default `request` of node:https */
  readonly request?: typeof request;
  /** @default a timer */
  readonly wait?: (ms: number) => Promise<void>;
}

/**
 * The Events API v2. 202 is success; 429 and 5xx are tried again, with growing delays; any other answer is a mistake in the
 * event or its key. https://developer.pagerduty.com/docs/events-api-v2-overview (checked 2026-11-24)
 */
export function pagerDuty({
  region,
  timeLeftMs,
  request: open = request,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: PagerDutyOptions): PagerDuty {
  const url = new URL(`https://${HOSTS[region]}${PATH}`);
  return {
    send: async (event) => {
      for (let attempt = 0; ; attempt++) {
        const outcome = await attemptAt({ url, open }, event);
        if (outcome === undefined) return;
        const delayMs = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)] ?? 0;
        if (outcome.kind !== 'transient' || timeLeftMs() < delayMs + MARGIN_MS) throw outcome;
        await wait(delayMs);
      }
    },
  };
}

interface Endpoint {
  readonly url: URL;
  readonly open: typeof request;
}

/** @returns why PagerDuty did not accept the event; the key is in no message */
async function attemptAt(endpoint: Endpoint, event: PagerDutyEvent): Promise<AppError | undefined> {
  try {
    const { status, text } = await post(endpoint, JSON.stringify(event));
    if (status === 202) return undefined;
    const answer = `PagerDuty answered with status ${status}: ${text.replaceAll(event.routing_key, '…')}`;
    return new AppError(status === 429 || status >= 500 ? 'AwsUnavailable' : 'PagerDutyRefused', answer);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new AppError('AwsUnavailable', `PagerDuty did not answer: ${reason}`, { cause });
  }
}

function post(
  { url, open }: Endpoint,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = open(url, { method: 'POST', headers, signal: AbortSignal.timeout(TIMEOUT_MS) }, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > ANSWER_MAX_BYTES) answer.destroy();
      });
      answer.on('close', () =>
        resolve({
          status: answer.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8', 0, ANSWER_MAX_BYTES),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
