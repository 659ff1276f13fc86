/** Failover test: takes the BGP sessions of one interface down for a while, and sees that they come back. */
import {
  type DirectConnectClient,
  ListVirtualInterfaceTestHistoryCommand,
  StartBgpFailoverTestCommand,
  StopBgpFailoverTestCommand,
  type VirtualInterface,
} from '@aws-sdk/client-direct-connect';
import { usesVpn } from '../../protocol/connectivity.ts';
import { UserError } from '../errors.ts';
import { type DxTarget, dxClient, dxOf, pick, readLines } from './lines.ts';
import { sessionsUp } from './ready.ts';
import { archive, type Evidence } from './record.ts';

export interface FailoverRequest {
  /** Name of an own or hosted interface. */
  readonly name: string;
  /** 1 to 4,320. */
  readonly minutes: number;
  /** Test although nothing else would carry the traffic. */
  readonly alone?: boolean;
  readonly dryRun?: boolean;
  readonly pollMs?: number;
  /** Time for the sessions to come back after the test. */
  readonly waitMs?: number;
  /** Ends the test early, as when somebody presses Ctrl-C. */
  readonly signal?: AbortSignal;
  readonly onState?: (state: string, others: readonly string[]) => void;
}

export interface FailoverReport {
  readonly name: string;
  readonly testId: string | undefined;
  /** Whether a test was begun; false when one was under way already, and was watched. */
  readonly started: boolean;
  /** Other interfaces that were up at every look while this one was down. */
  readonly carriedBy: readonly string[];
  readonly restored: boolean;
  readonly stopped: boolean;
  /** Seconds from the start until the sessions were up again. */
  readonly seconds: number;
  readonly evidence?: string;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Throws a UserError when the interface is not up, or nothing else would carry the traffic. */
export async function testFailover(
  target: DxTarget,
  request: FailoverRequest,
  evidence: Evidence | undefined,
  dx: DirectConnectClient = dxClient(),
): Promise<FailoverReport> {
  const { name, pollMs = 10_000, waitMs = 300_000 } = request;
  const read = () => look(target, name, dx);
  const first = await read();
  const id = first.tested.virtualInterfaceId ?? '';
  const underWay = first.tested.virtualInterfaceState === 'testing';
  if (!underWay) refuse(target, name, first, request.alone ?? false);
  const began = Date.now();
  const nothing = { name, testId: undefined, started: false, restored: false, stopped: false, seconds: 0 };
  if (request.dryRun) return { ...nothing, carriedBy: first.othersUp };
  const test = underWay ? await current(id, dx) : await start(id, request.minutes, dx);
  let carriedBy = first.othersUp;
  let stopped = false;
  let now = await read();
  while (now.tested.virtualInterfaceState === 'testing') {
    carriedBy = carriedBy.filter((n) => now.othersUp.includes(n));
    request.onState?.('testing', now.othersUp);
    if (request.signal?.aborted && !stopped) {
      await dx.send(new StopBgpFailoverTestCommand({ virtualInterfaceId: id }));
      stopped = true;
    }
    await pause(pollMs);
    now = await read();
  }
  for (const end = Date.now() + waitMs; !sessionsUp(now.tested) && Date.now() < end; now = await read()) {
    request.onState?.(now.tested.virtualInterfaceState ?? 'unknown', now.othersUp);
    await pause(pollMs);
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  const report = {
    name,
    testId: test?.testId,
    started: !underWay,
    carriedBy,
    restored: sessionsUp(now.tested),
    stopped,
    seconds,
  };
  if (!evidence) return report;
  const facts = { ...report, id, test, history: await current(id, dx) };
  return { ...report, evidence: await archive(evidence, { action: 'failover-test', subject: name, facts }) };
}

/** Ends a test that is under way; false when there is none. */
export async function stopFailover(
  target: DxTarget,
  name: string,
  evidence: Evidence | undefined,
  dx: DirectConnectClient = dxClient(),
): Promise<boolean> {
  const { tested } = await look(target, name, dx);
  if (tested.virtualInterfaceState !== 'testing') return false;
  const { virtualInterfaceTest } = await dx.send(
    new StopBgpFailoverTestCommand({ virtualInterfaceId: tested.virtualInterfaceId }),
  );
  if (evidence) await archive(evidence, { action: 'failover-stop', subject: name, facts: virtualInterfaceTest });
  return true;
}

async function look(
  target: DxTarget,
  name: string,
  dx: DirectConnectClient,
): Promise<{ tested: VirtualInterface; othersUp: string[] }> {
  const declared = dxOf(target);
  const names = [...Object.keys(declared.interfaces), ...Object.keys(declared.hostedInterfaces)];
  const { interfaces } = await readLines(target, dx);
  const tested = pick('interface', name, names, interfaces, target.environmentName);
  const othersUp = [...interfaces]
    .filter(([n, i]) => n !== name && i.virtualInterfaceState === 'available' && sessionsUp(i))
    .map(([n]) => n);
  return { tested, othersUp };
}

function refuse(
  target: DxTarget,
  name: string,
  { tested, othersUp }: { tested: VirtualInterface; othersUp: string[] },
  alone: boolean,
): void {
  if (tested.virtualInterfaceState !== 'available' || !sessionsUp(tested))
    throw new UserError(
      `interface ${name} is ${tested.virtualInterfaceState}, with sessions that are not all up; mend it before you test`,
      { exitCode: 1 },
    );
  if (othersUp.length === 0 && !usesVpn(target.environment.connectivity) && !alone)
    throw new UserError(
      `nothing else is up to carry the traffic of ${name}; the test would cut the site off. Add --alone to do it all the same`,
      { exitCode: 1 },
    );
}

async function start(virtualInterfaceId: string, minutes: number, dx: DirectConnectClient) {
  const request = { virtualInterfaceId, testDurationInMinutes: minutes };
  return (await dx.send(new StartBgpFailoverTestCommand(request))).virtualInterfaceTest;
}

/** The newest test of an interface. */
async function current(virtualInterfaceId: string, dx: DirectConnectClient) {
  const { virtualInterfaceTestHistory = [] } = await dx.send(
    new ListVirtualInterfaceTestHistoryCommand({ virtualInterfaceId }),
  );
  return virtualInterfaceTestHistory.toSorted((a, b) => Number(b.startTime ?? 0) - Number(a.startTime ?? 0))[0];
}
