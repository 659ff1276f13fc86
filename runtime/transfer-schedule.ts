/** Judges the schedule of a DataSync task: cron or rate, an hour apart at least. */

const unitMinutes: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const fields: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 1, max: 7, names: DAYS },
  { name: 'year', min: 1970, max: 2199 },
];

/** What is wrong with a schedule, in words; undefined when nothing is. */
export function scheduleProblem(text: string): string | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text);
  if (rate) {
    const minutes = Number(rate[1]) * (unitMinutes[rate[2] ?? ''] ?? 0);
    return minutes < 60
      ? 'runs more often than once an hour, which DataSync refuses; rate(1 hour) is the shortest'
      : undefined;
  }
  const cron = /^cron\((.+)\)$/.exec(text)?.[1]?.split(/\s+/);
  if (!cron) return 'is no schedule; write rate(12 hours) or cron(0 22 * * ? *), which is 22:00 UTC every day';
  if (cron.length !== fields.length)
    return `has ${cron.length} fields; cron takes six: minute hour day-of-month month day-of-week year, such as cron(0 22 * * ? *)`;
  const wrong = fields.findIndex((field, i) => !fits(field, cron[i] ?? ''));
  if (wrong >= 0)
    return `has ${JSON.stringify(cron[wrong])} for the ${fields[wrong]?.name ?? ''}, which cron does not take`;
  if ((cron[2] === '?') === (cron[4] === '?'))
    return 'must have ? for the day of the month or for the day of the week, and not for both';
  if (!/^\d+$/.test(cron[0] ?? ''))
    return 'runs more often than once an hour, which DataSync refuses; give one minute, such as cron(0 * * * ? *)';
  return undefined;
}

/** Whether a field's text means something: `*`, `?`, numbers, names, ranges, steps, lists; `L`, `W` and `#` for days. */
function fits({ name, min, max, names = [] }: Field, text: string): boolean {
  const day = name.startsWith('day');
  if (text === '?') return day;
  const value = (part: string): boolean =>
    names.includes(part.toUpperCase()) || (/^\d+$/.test(part) && Number(part) >= min && Number(part) <= max);
  return text.split(',').every((item) => {
    if (day && /^(L|\d{1,2}W|[1-7]L|[1-7]#[1-5]|[A-Z]{3}#[1-5])$/i.test(item)) return true;
    const [range = '', step] = item.split('/');
    if (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0)) return false;
    return range === '*' || range.split('-').every(value);
  });
}
