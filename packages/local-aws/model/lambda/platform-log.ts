import type { FunctionConfiguration } from './function-configuration.ts';

/** One invocation's figures, as its REPORT line tells them. */
export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  readonly status: 'success' | 'error' | 'timeout';
}

type Style = Pick<FunctionConfiguration, 'logFormat' | 'systemLogLevel' | 'memoryMb'>;

/** The line that Lambda writes before an invocation: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
export function startLine(style: Style, requestId: string, at: number): string | undefined {
  if (style.logFormat === 'Text') return `START RequestId: ${requestId} Version: $LATEST`;
  return platformEvent(style, at, 'platform.start', { requestId, version: '$LATEST' });
}

/** The lines after it. Memory used is not measured and not claimed. */
export function reportLines(style: Style, report: InvocationReport, at: number): readonly string[] {
  const { requestId, status } = report;
  const durationMs = Math.round(report.durationMs * 100) / 100;
  if (style.logFormat === 'Text') {
    const billedMs = Math.ceil(durationMs);
    return [
      `END RequestId: ${requestId}`,
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs} ms\tBilled Duration: ${billedMs} ms\tMemory Size: ${style.memoryMb} MB`,
    ];
  }
  const event = platformEvent(style, at, 'platform.report', { requestId, status, metrics: { durationMs } });
  return event === undefined ? [] : [event];
}

function platformEvent(style: Style, at: number, type: string, record: object): string | undefined {
  if (style.systemLogLevel === 'WARN') return undefined;
  return JSON.stringify({ time: new Date(at).toISOString(), type, record });
}
