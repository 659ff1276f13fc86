/** What the bucket already holds, read side by side with a sorted walk: a page of the listing at a time. */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { compareKeys } from './walk.ts';

export interface RemoteObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
}

/** One page of keys after `after`, in listing order; `more` tells whether keys follow. */
export type ListPage = (
  prefix: string,
  after: string | undefined,
) => Promise<{ objects: readonly RemoteObject[]; more: boolean }>;

export const listPage =
  (client: S3Client, bucket: string): ListPage =>
  async (prefix, after) => {
    // Encoded, because XML cannot carry every character that a key may hold.
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: after, EncodingType: 'url' }),
    );
    const decoded = (key: string) =>
      decodeURIComponent(page.EncodingType === 'url' ? key.replaceAll('+', ' ') : encodeURIComponent(key));
    return {
      objects: (page.Contents ?? []).map((o) => ({ key: decoded(o.Key ?? ''), size: o.Size ?? 0, etag: o.ETag ?? '' })),
      more: page.IsTruncated === true,
    };
  };

/** Looks keys up in ascending order. Costs one request per thousand keys where both sides are dense, one per key at most. */
export class RemoteCursor {
  readonly #prefix: string;
  readonly #list: ListPage;
  #page: readonly RemoteObject[] = [];
  #at = 0;
  #more = true;
  #started = false;

  constructor(prefix: string, list: ListPage) {
    this.#prefix = prefix;
    this.#list = list;
  }

  /** The current version of a key; undefined when there is none. Keys must not descend between calls. */
  async seek(key: string): Promise<RemoteObject | undefined> {
    for (;;) {
      for (; this.#at < this.#page.length; this.#at++) {
        const object = this.#page[this.#at];
        const order = object ? compareKeys(object.key, key) : 1;
        if (order === 0) return object;
        if (order > 0) return undefined;
      }
      if (!this.#more) return undefined;
      await this.#fetch(key);
    }
  }

  async #fetch(key: string): Promise<void> {
    // Starts just before the wanted key, so that a dataset of millions is not listed for a few files.
    const before = key.slice(0, /[\udc00-\udfff]$/.test(key) ? -2 : -1);
    const last = this.#page.at(-1)?.key;
    const after =
      !this.#started && compareKeys(before, this.#prefix) <= 0
        ? undefined
        : last !== undefined && compareKeys(last, before) > 0
          ? last
          : before;
    this.#started = true;
    const page = await this.#list(this.#prefix, after);
    this.#page = page.objects;
    this.#at = 0;
    this.#more = page.more;
  }
}
