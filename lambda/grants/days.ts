/** How long a leave lasts. */

const DAY_MS = 86_400_000;

/** Whole and broken days until a time, never below 0. */
export const daysLeft = (until: string, now: Date): number =>
  Math.max(0, Math.round(((Date.parse(until) - now.getTime()) / DAY_MS) * 100) / 100);
