/**
 * How every client retries: AWS's standard mode, a few quick attempts. Longer waiting is the state machines', where it
 * costs nothing and can be seen. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const CLIENT_OPTIONS = { maxAttempts: 3, retryMode: 'standard' } as const;
