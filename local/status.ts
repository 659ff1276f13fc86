/** What `decant local status` tells. */
import { healthy, readReport, type Report } from './emulator.ts';
import { localFiles } from './state.ts';
import { runningLocal } from './supervisor.ts';

export interface LocalStatus {
  readonly running: boolean;
  readonly data: string;
  readonly log: string;
  /** Folder whose subfolders stand for file servers and object stores, by host name. */
  readonly sources: string;
  readonly endpoint?: string;
  readonly pid?: number;
  readonly startedAt?: string;
  /** False when the process is there and does not answer. */
  readonly answers?: boolean;
  readonly report?: Report;
}

/** The state of the embedded AWS of this folder. */
export async function localStatus(dir: string): Promise<LocalStatus> {
  const { data, log, sources } = localFiles(dir);
  const state = await runningLocal(dir);
  if (!state) return { running: false, data, log, sources };
  const answers = await healthy(state.endpoint);
  const report = answers ? await readReport(state.endpoint) : undefined;
  const { endpoint, pid, startedAt } = state;
  return {
    running: true,
    data,
    log,
    sources,
    endpoint,
    pid,
    ...(startedAt ? { startedAt } : {}),
    answers,
    ...(report ? { report } : {}),
  };
}

/** The same for people. */
export function statusText(status: LocalStatus, now: number = Date.now()): string {
  if (!status.running) return `not running; start it with: decant local up\ndata      ${status.data}`;
  const { report } = status;
  const lines = [
    `endpoint  ${status.endpoint ?? ''}${status.answers ? '' : '  does not answer'}`,
    `process   ${status.pid ?? ''}${status.startedAt ? `, up ${duration(now - Date.parse(status.startedAt))}` : ''}`,
    `data      ${status.data}`,
    `log       ${status.log}`,
    `sources   ${status.sources}: a folder a host stands for its file servers and object stores`,
  ];
  if (!report) return lines.join('\n');
  const stubs = Object.entries(report.stubs);
  if (report.held) lines.push('held      after a crash: queues and schedules wait until you run decant reconcile');
  lines.push(`mended    ${report.gaps.length} gaps between the emulator and AWS`);
  const embedded = report.services.map((s) => `${s.name} (${s.operations} of ${s.of} operations)`);
  lines.push(`embedded  ${embedded.join(', ')}`);
  lines.push(stubs.length ? 'stubbed   these resources exist in name only:' : 'stubbed   nothing');
  for (const [type, count] of stubs) lines.push(`          ${String(count).padStart(3)} ${type}`);
  lines.push(`tasks     run as ${report.tasksRunAs}${report.tasks.length ? '' : '; none now'}`);
  for (const t of report.tasks)
    lines.push(
      `          ${t.container} ${t.task.split('/').at(-1) ?? ''} ${t.engineId ? `container ${t.engineId}` : `pid ${t.pid}`} since ${t.startedAt}`,
    );
  return lines.join('\n');
}

/** `2 h 5 min`, `5 min`, `12 s`. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
