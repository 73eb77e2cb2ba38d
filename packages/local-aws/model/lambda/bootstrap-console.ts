import { format } from 'node:util';

type Level = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/**
 * Makes `console` write as Lambda's Node.js runtime does: text lines begin with time, request id and level, JSON ones
 * are documents. Only `console` is affected; what is written to `process.stdout` itself stays as it is, which is why
 * embedded metrics printed with `console.log` in text format never become metrics.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function patchConsole(logFormat: 'Text' | 'JSON', currentRequestId: () => string): void {
  const line = logFormat === 'JSON' ? jsonLine : textLine;
  const write = (level: Level) => {
    return (...parts: unknown[]) =>
      void process.stdout.write(`${line(new Date().toISOString(), currentRequestId(), level, parts)}\n`);
  };
  console.log = write('INFO');
  console.info = write('INFO');
  console.debug = write('DEBUG');
  console.trace = write('TRACE');
  console.warn = write('WARN');
  console.error = write('ERROR');
}

/** One event per message: line breaks inside it become carriage returns, which CloudWatch Logs shows as breaks. */
function textLine(time: string, requestId: string, level: Level, parts: unknown[]): string {
  return `${time}\t${requestId}\t${level}\t${format(...parts).replaceAll('\n', '\r')}`;
}

function jsonLine(time: string, requestId: string, level: Level, parts: unknown[]): string {
  const [first] = parts;
  const single =
    parts.length === 1 && typeof first === 'object' && first !== null && !(first instanceof Error);
  return JSON.stringify({ timestamp: time, level, requestId, message: single ? first : format(...parts) });
}
