/** Whether data may travel over Direct Connect: every line up, every session up, every port encrypting that is to. */
import type { DirectConnectClient, VirtualInterface } from '@aws-sdk/client-direct-connect';
import { type DirectConnect, usesDx } from '../../protocol/connectivity.ts';
import { type DxTarget, dxOf, type Lines, readLines } from './lines.ts';

export interface Readiness {
  readonly ready: boolean;
  /** What lacks, one sentence each; empty when ready. */
  readonly lacks: readonly string[];
  /** Absent where the environment has no Direct Connect, and is ready for that reason. */
  readonly lines?: Lines;
}

/**
 * The gate that a transfer waits for. An environment without Direct Connect is ready: its data takes another way.
 * `today` is a day such as 2026-11-20.
 */
export async function dxReady(
  target: DxTarget,
  dx?: DirectConnectClient,
  today: string = new Date().toISOString().slice(0, 10),
): Promise<Readiness> {
  if (!usesDx(target.environment.connectivity)) return { ready: true, lacks: [] };
  const lines = await readLines(target, dx);
  const lacks = whatLacks(dxOf(target), lines, today);
  return { ready: lacks.length === 0, lacks, lines };
}

/** Pure: what of the declared lines is not as it should be. */
export function whatLacks(dx: DirectConnect, lines: Lines, today: string): string[] {
  return [
    ...Object.entries(dx.connections).flatMap(([name, declared]) => {
      const found = lines.connections.get(name);
      const what = `connection ${name}`;
      if (!found) return [`${what} is not there: deploy the network stack, or ask the partner`];
      const secured = declared.macsec && declared.lag === undefined;
      return [
        ...stateLacks(
          what,
          found.connectionState,
          found.connectionState === 'ordering' ? 'decant dx accept' : undefined,
        ),
        ...(declared.until !== undefined && declared.until < today
          ? [`${what} was contracted until ${declared.until}: renew it with the partner`]
          : []),
        ...(secured ? encryptionLacks(what, found.encryptionMode, [found.portEncryptionStatus]) : []),
      ];
    }),
    ...Object.entries(dx.lags).flatMap(([name, declared]) => {
      const found = lines.lags.get(name);
      const what = `lag ${name}`;
      if (!found) return [`${what} is not there: deploy the network stack`];
      const ports = (found.connections ?? []).map((c) => c.portEncryptionStatus);
      return [
        ...stateLacks(what, found.lagState),
        ...(declared.macsec ? encryptionLacks(what, found.encryptionMode, ports) : []),
      ];
    }),
    ...interfaceLacks(dx, lines),
    ...(lines.associations.some((a) => a.state === 'associated')
      ? []
      : ['the Direct Connect gateway is associated with no gateway of the network: deploy the network stack']),
  ];
}

const stateLacks = (what: string, state: string | undefined, remedy?: string): string[] =>
  state === 'available' ? [] : [`${what} is ${state ?? 'unknown'}${remedy ? `: ${remedy}` : ''}`];

function encryptionLacks(what: string, mode: string | undefined, ports: readonly (string | undefined)[]): string[] {
  return [
    ...(mode === 'must_encrypt' ? [] : [`${what} may pass clear text (${mode ?? 'no MACsec'}): decant dx macsec`]),
    ...(ports.every((p) => p === 'Encryption Up') ? [] : [`${what} does not encrypt now`]),
  ];
}

function interfaceLacks(dx: DirectConnect, lines: Lines): string[] {
  const names = [...Object.keys(dx.interfaces), ...Object.keys(dx.hostedInterfaces)];
  if (names.length === 0)
    return ['no virtual interface is declared: write interfaces once the connections are available'];
  return names.flatMap((name) => {
    const found = lines.interfaces.get(name);
    const what = `interface ${name}`;
    if (!found) return [`${what} is not there: deploy the network stack, or ask the connection’s owner`];
    const state = found.virtualInterfaceState;
    return [
      ...stateLacks(what, state, state === 'confirming' ? 'decant dx accept' : undefined),
      ...(state === 'available' && !sessionsUp(found) ? [`${what} has a BGP session that is down`] : []),
    ];
  });
}

export const sessionsUp = (i: VirtualInterface): boolean =>
  (i.bgpPeers ?? []).length > 0 && (i.bgpPeers ?? []).every((p) => p.bgpStatus === 'up');
