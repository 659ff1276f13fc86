/** Keeps to a number of things a second: in no window of a second are there more. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

const wall: Clock = { now: () => performance.now(), sleep: (ms) => sleep(ms) };
const WINDOW_MS = 1000;

export class Pace {
  readonly #perSecond: number;
  readonly #clock: Clock;
  /** What was let through in the last second, oldest first. */
  #recent: { at: number; count: number }[] = [];

  constructor(perSecond: number, clock: Clock = wall) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Waits until `count` more may go, and counts them. One caller at a time. Throws RangeError for more than a second's share. */
  async take(count: number): Promise<void> {
    if (count > this.#perSecond) throw new RangeError(`${count} at once are more than ${this.#perSecond} a second`);
    for (;;) {
      const now = this.#clock.now();
      this.#recent = this.#recent.filter((r) => r.at > now - WINDOW_MS);
      const used = this.#recent.reduce((n, r) => n + r.count, 0);
      if (used + count <= this.#perSecond) {
        this.#recent.push({ at: now, count });
        return;
      }
      // The window is open again when enough of it has gone by; never a wait of 0, lest the clock stand still.
      const oldest = this.#recent[0]?.at ?? now;
      await this.#clock.sleep(Math.max(1, oldest + WINDOW_MS - now));
    }
  }
}
