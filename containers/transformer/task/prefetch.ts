/** Fetches the next few members while one is worked on, within a bound of scratch disk. */

export interface PrefetchOptions {
  readonly atOnce: number;
  /** Bytes that fetched and not yet used members may take; one member is always let through. */
  readonly bytes: number;
}

/**
 * Yields items in order, each with what `fetch` made of it, started ahead. The caller is done with one item when it asks for
 * the next. When the caller stops early, fetches under way are awaited, so that nobody writes to a folder being removed.
 */
export async function* prefetch<T, R>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  fetch: (item: T, index: number) => Promise<R>,
  { atOnce, bytes }: PrefetchOptions,
): AsyncGenerator<{ item: T; index: number; fetched: R }> {
  const ahead: { index: number; size: number; fetched: Promise<R> }[] = [];
  let next = 0;
  let held = 0;
  const fill = (): void => {
    while (next < items.length && ahead.length < atOnce) {
      const item = items[next] as T;
      const size = sizeOf(item);
      if (ahead.length > 0 && held + size > bytes) return;
      const fetched = fetch(item, next);
      fetched.catch(() => undefined); // Reported when its turn comes.
      ahead.push({ index: next++, size, fetched });
      held += size;
    }
  };
  try {
    for (fill(); ahead[0]; fill()) {
      const { index, size, fetched } = ahead[0];
      yield { item: items[index] as T, index, fetched: await fetched };
      ahead.shift();
      held -= size;
    }
  } finally {
    await Promise.allSettled(ahead.map((a) => a.fetched));
  }
}
