/** Alarms of an environment that ring. */
import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { alarms, type AlarmId } from '../../protocol/alarms.ts';
import { clientConfig } from '../aws.ts';

export interface RingingAlarm {
  /** Article of docs/runbook.md. */
  readonly id: AlarmId;
  /** What it is about, where there are several of its kind. */
  readonly about: string | undefined;
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** What broke, for whom. */
  readonly means: string;
}

/** Alarms in state ALARM whose names begin with the environment's, in the order of their names. */
export async function ringingAlarms(
  estate: string,
  environment: string,
  client = new CloudWatchClient(clientConfig()),
): Promise<RingingAlarm[]> {
  const prefix = `${estate}-${environment}-`;
  const found: RingingAlarm[] = [];
  const request = { StateValue: 'ALARM' as const, AlarmNamePrefix: prefix };
  for await (const page of paginateDescribeAlarms({ client }, request)) {
    for (const { AlarmName = '', StateTransitionedTimestamp, StateUpdatedTimestamp } of page.MetricAlarms ?? []) {
      const known = alarmOf(AlarmName.slice(prefix.length));
      // Another environment's name may begin with this one's.
      if (!known) continue;
      const since = StateTransitionedTimestamp ?? StateUpdatedTimestamp ?? new Date();
      found.push({ ...known, name: AlarmName, since: since.toISOString(), means: alarms[known.id] });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `tunnel-down-site-1` → tunnel-down, about site-1. The longest id that fits is meant. */
export function alarmOf(text: string): Pick<RingingAlarm, 'id' | 'about'> | undefined {
  const ids = (Object.keys(alarms) as AlarmId[]).filter((id) => text === id || text.startsWith(`${id}-`));
  const id = ids.sort((a, b) => b.length - a.length)[0];
  return id && { id, about: text.length > id.length ? text.slice(id.length + 1) : undefined };
}
