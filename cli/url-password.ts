/** Where a cache's password is looked for, so that it need not stand in the list of processes. */
export const PASSWORD_VARIABLE = 'REDRILL_REDIS_PASSWORD';

/** What somebody typed, as it may be printed. */
export const withoutPassword = (text: string): string => text.replace(/(:\/\/[^:@/]*):[^/]*@/, '$1@');
