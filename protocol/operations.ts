/** What an environment costs, who is told, and what is recorded. */
import { z } from 'zod';

export const Budget = z.strictObject({ monthlyUsd: z.number().positive(), emails: z.array(z.email()).default([]) });
export type Budget = z.infer<typeof Budget>;

/** Slack channel that AWS Chatbot already may write to. */
export const Chat = z.strictObject({ slackWorkspaceId: z.string(), slackChannelId: z.string() });
export type Chat = z.infer<typeof Chat>;

export const Trail = z.strictObject({
  /** Records every read and write of objects in raw, transformed and evidence; priced by `decant check`. */
  dataEvents: z.boolean().default(false),
});
