/** Which limit an execution has at an hour. */
import { bytesPerSecond } from '../../protocol/datasync-options.ts';
import type { Bandwidth } from '../../protocol/transfer.ts';

/** Looks are five minutes apart, and DataSync needs a minute to follow (DataSync user guide, configure-bandwidth). */
const AHEAD_MS = 6 * 60_000;

/** Megabits per second at a time, 0 for no limit. */
function mbpsAt({ mbps, hours }: Bandwidth, at: Date): number {
  if (!hours) return mbps;
  const hour = at.getUTCHours();
  const within = hours.from < hours.to ? hour >= hours.from && hour < hours.to : hour >= hours.from || hour < hours.to;
  return within ? hours.mbps : mbps;
}

/**
 * Bytes per second that DataSync is told, -1 for no limit. The stricter limit begins one look before its hour and ends one
 * after, so that the line never carries more than its hour allows.
 */
export function limitAt(bandwidth: Bandwidth, now: Date): number {
  const limits = [now, new Date(now.getTime() + AHEAD_MS)].map((at) => mbpsAt(bandwidth, at)).filter((l) => l > 0);
  return limits.length === 0 ? -1 : bytesPerSecond(Math.min(...limits));
}
