/**
 * What earlier deliveries to one target did, so that an interrupted one goes on where it stopped: a file of JSON Lines,
 * appended to as objects arrive. It is a memory, not the truth: every record is checked against the bucket before it
 * counts, so losing the file, or its last lines, costs time and nothing else.
 */
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { z } from 'zod';

/** The file as it was when it was read. */
const fileFields = { key: z.string(), size: z.number(), mtimeMs: z.number(), ctimeMs: z.number() };
const Delivered = z.object({
  ...fileFields,
  sha256: z.string(),
  etag: z.string(),
  /** Version that has arrived and whose SHA-256 is not yet stored with it; empty where the bucket keeps no versions. */
  toTag: z.string().optional(),
});
const Upload = z.object({ ...fileFields, uploadId: z.string(), partSize: z.number() });
export type Delivered = z.infer<typeof Delivered>;
export type Upload = z.infer<typeof Upload>;

/** Rewrite the file when more than half of it is outdated, but not for the sake of a few lines. */
const COMPACT_ABOVE = 1000;

export class PutState {
  readonly #file: string;
  readonly #delivered = new Map<string, Delivered>();
  readonly #uploads = new Map<string, Upload>();
  #log: WriteStream | undefined;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Reads a state file; a missing one is an empty memory, and a line that a crash cut short is passed over. */
  static async open(file: string): Promise<PutState> {
    const state = new PutState(file);
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const lines = text.split('\n');
    for (const line of lines) state.#learn(line);
    const live = state.#delivered.size + state.#uploads.size;
    if (lines.length > COMPACT_ABOVE && lines.length > 2 * live) await state.#compact();
    else if (text !== '' && !text.endsWith('\n')) await writeFile(file, '\n', { flag: 'a' });
    return state;
  }

  delivered(key: string): Delivered | undefined {
    return this.#delivered.get(key);
  }

  upload(key: string): Upload | undefined {
    return this.#uploads.get(key);
  }

  async record(entry: Delivered | Upload): Promise<void> {
    this.#keep(entry);
    if (!this.#log) {
      await mkdir(dirname(this.#file), { recursive: true });
      this.#log = createWriteStream(this.#file, { flags: 'a' });
    }
    if (!this.#log.write(`${JSON.stringify(entry)}\n`)) await once(this.#log, 'drain');
  }

  async close(): Promise<void> {
    if (!this.#log) return;
    this.#log.end();
    await once(this.#log, 'close');
    this.#log = undefined;
  }

  #learn(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return;
    }
    const upload = Upload.safeParse(value);
    const delivered = upload.success ? undefined : Delivered.safeParse(value);
    if (upload.success) this.#keep(upload.data);
    else if (delivered?.success) this.#keep(delivered.data);
  }

  #keep(entry: Delivered | Upload): void {
    if ('uploadId' in entry) this.#uploads.set(entry.key, entry);
    else {
      this.#delivered.set(entry.key, entry);
      this.#uploads.delete(entry.key);
    }
  }

  async #compact(): Promise<void> {
    const entries = [...this.#delivered.values(), ...this.#uploads.values()];
    await writeFile(`${this.#file}.new`, entries.map((e) => `${JSON.stringify(e)}\n`).join(''));
    await rename(`${this.#file}.new`, this.#file);
  }
}
