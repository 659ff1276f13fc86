/** Back-pressure: so many requests at once, and no queue that callers wait in without knowing. */
import { retryLater } from './problem.ts';

/** At some 3 ms a molecule the last of them waits a fifth of a second. One function instance gets one at a time; a server gets many. */
export const MAX_IN_FLIGHT = 64;

export class Gate {
  readonly #most: number;
  #inFlight = 0;

  constructor(most: number = MAX_IN_FLIGHT) {
    this.#most = most;
  }

  /** Runs the work, or throws 503 with Retry-After where too much is going on already. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inFlight >= this.#most)
      throw retryLater('overloaded', `${this.#inFlight} requests are being answered already`, 1);
    this.#inFlight++;
    try {
      return await work();
    } finally {
      this.#inFlight--;
    }
  }
}
