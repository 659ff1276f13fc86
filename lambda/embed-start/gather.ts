/** Messages of the queue as requests: one a dataset, for all that it was told of. */
import { z } from 'zod';
import type { EmbedRequest } from '../../runtime/embeddings/start.ts';

/** EventBridge dates events in whole seconds, cut off: what is told of may be as late as the end of that second. */
const SECOND_MS = 1000;

/** The event of an updated dataset; and what this function, or the CLI, sends itself. */
const Event = z.object({ time: z.iso.datetime(), detail: z.object({ dataset: z.string().min(1) }) });
const Own = z.strictObject({ dataset: z.string().min(1), whole: z.boolean(), at: z.iso.datetime() });

export interface Gathered extends EmbedRequest {
  /** Ids of the messages that it stands for. */
  readonly messages: readonly string[];
}

export interface Unreadable {
  readonly id: string;
  readonly reason: string;
}

function requestOf(body: string): EmbedRequest {
  const value: unknown = JSON.parse(body);
  const own = Own.safeParse(value);
  if (own.success) return { ...own.data, at: new Date(own.data.at) };
  const { time, detail } = Event.parse(value);
  return { dataset: detail.dataset, whole: false, at: new Date(new Date(time).getTime() + SECOND_MS) };
}

/** Requests by dataset, in the order of their names; a message that is none is told by itself. */
export function gather(records: readonly { readonly messageId: string; readonly body: string }[]): {
  readonly requests: Gathered[];
  readonly unreadable: Unreadable[];
} {
  const byDataset = new Map<string, Gathered>();
  const unreadable: Unreadable[] = [];
  for (const { messageId, body } of records) {
    try {
      const { dataset, whole, at } = requestOf(body);
      const known = byDataset.get(dataset);
      byDataset.set(dataset, {
        dataset,
        whole: whole || (known?.whole ?? false),
        at: known && known.at > at ? known.at : at,
        messages: [...(known?.messages ?? []), messageId],
      });
    } catch (error) {
      unreadable.push({ id: messageId, reason: (error as Error).message });
    }
  }
  const requests = [...byDataset.values()].sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
  return { requests, unreadable };
}
