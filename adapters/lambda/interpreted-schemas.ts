import * as z from 'zod';

// Zod compiles a schema when it first parses with it, which pays after thousands of documents. An invocation parses dozens.
z.config({ jitless: true });
