/** What a client of the SDK tells its logger of a call: the command, its input, and the answer or the error. */
export interface AwsCall {
  readonly clientName: string;
  readonly commandName: string;
  readonly input: object;
  readonly output?: object;
  readonly error?: Error;
}

const listeners = new Set<(call: AwsCall) => void>();

/** Gives every call that a client of {@link CLIENT_OPTIONS} makes from now on to `listen`. @returns what ends that */
export function listenToCalls(listen: (call: AwsCall) => void): () => void {
  listeners.add(listen);
  return () => void listeners.delete(listen);
}

const hear = (call: unknown) => {
  if (typeof call !== 'object' || call === null || !('commandName' in call)) return;
  for (const listen of listeners) listen(call as AwsCall);
};
const ignore = () => undefined;

/**
 * How every client retries: AWS's standard mode, a few quick attempts. Longer waiting is the state machines', where it
 * costs nothing and can be seen. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const CLIENT_OPTIONS = {
  maxAttempts: 3,
  retryMode: 'standard',
  logger: { debug: ignore, info: hear, warn: ignore, error: hear },
} as const;
