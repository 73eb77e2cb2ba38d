import { z } from 'zod';

/**
 * What Amazon Q Developer in chat applications shows of what is published to a topic, besides the events of AWS's own
 * services: written from AWS's page, not from what composes our messages. The page publishes no lengths.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html#event-schema (checked 2026-11-22)
 */
export const chatForm = z.strictObject({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string().optional(),
  content: z.strictObject({
    textType: z.literal('client-markdown').optional(),
    title: z.string().optional(),
    /** The only required one. */
    description: z.string().min(1),
    nextSteps: z.array(z.string()).optional(),
    keywords: z.array(z.string()).optional(),
  }),
  metadata: z
    .strictObject({
      threadId: z.string().optional(),
      summary: z.string().optional(),
      eventType: z.string().optional(),
      relatedResources: z.array(z.string()).optional(),
      additionalContext: z.record(z.string(), z.string()).optional(),
      enableCustomActions: z.boolean().optional(),
    })
    .optional(),
});
