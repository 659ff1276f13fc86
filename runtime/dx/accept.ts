/** Takes what partners and other accounts have made for this one: hosted connections and hosted virtual interfaces. */
import {
  ConfirmConnectionCommand,
  ConfirmPrivateVirtualInterfaceCommand,
  ConfirmTransitVirtualInterfaceCommand,
  type DirectConnectClient,
} from '@aws-sdk/client-direct-connect';
import { UserError } from '../errors.ts';
import { type DxTarget, dxClient, dxOf, type Lines, readLines } from './lines.ts';
import { archive, type Evidence } from './record.ts';

export interface Acceptance {
  readonly name: string;
  readonly id: string;
  readonly kind: 'connection' | 'private' | 'transit';
  /** State before; after, where something was accepted. */
  readonly state: string;
  readonly accepted: boolean;
  readonly evidence?: string;
}

/**
 * Accepts everything that is offered and declared, or just those named. What is offered must be what the estate says; nothing
 * is accepted otherwise. Idempotent: what is accepted already is told, and left alone.
 */
export async function acceptHosted(
  target: DxTarget,
  names: readonly string[],
  { evidence, dryRun }: { readonly evidence?: Evidence; readonly dryRun?: boolean },
  dx: DirectConnectClient = dxClient(),
): Promise<Acceptance[]> {
  const lines = await readLines(target, dx);
  const offers = offersOf(target, lines);
  const unknown = names.find((n) => !offers.some((o) => o.name === n));
  if (unknown !== undefined) {
    const there = offers.map((o) => o.name).join(', ') || 'there is none';
    throw new UserError(
      `"${unknown}" is neither a hosted connection nor a hosted interface of ${target.environmentName}; ${there}`,
    );
  }
  const chosen = offers.filter((o) => names.length === 0 || names.includes(o.name));
  // All are looked at before the first is taken.
  const wrong = chosen.flatMap((o) => o.problem ?? []);
  if (wrong.length > 0) throw new UserError(wrong.join('\n'), { exitCode: 1 });
  const done: Acceptance[] = [];
  for (const { name, id, kind, state, open } of chosen) {
    if (!open || dryRun) {
      done.push({ name, id, kind, state, accepted: false });
      continue;
    }
    const after = await confirm(kind, id, lines.gatewayId, dx);
    const facts = { id, kind, before: state, after, gateway: lines.gatewayId };
    const key = evidence && (await archive(evidence, { action: 'accept', subject: name, facts }));
    done.push({ name, id, kind, state: after, accepted: true, ...(key !== undefined && { evidence: key }) });
  }
  return done;
}

interface Offer {
  readonly name: string;
  readonly id: string;
  readonly kind: Acceptance['kind'];
  readonly state: string;
  /** Waits to be accepted. */
  readonly open: boolean;
  readonly problem?: string;
}

function offersOf(target: DxTarget, lines: Lines): Offer[] {
  const dx = dxOf(target);
  return [
    ...Object.entries(dx.connections).flatMap(([name, declared]): Offer[] => {
      if (!declared.hosted) return [];
      const found = lines.connections.get(name);
      const state = found?.connectionState ?? 'not there';
      const problem = !found
        ? `connection ${name} (${declared.hosted}) is not offered to this account; ask the partner`
        : found.bandwidth !== declared.bandwidth || found.location !== declared.location
          ? `connection ${name} is offered with ${found.bandwidth} at ${found.location}; the estate says ${declared.bandwidth} at ${declared.location}`
          : undefined;
      return [offer(name, declared.hosted, 'connection', state, state === 'ordering', problem)];
    }),
    ...Object.entries(dx.hostedInterfaces).map(([name, { id, kind }]): Offer => {
      const found = lines.interfaces.get(name);
      const state = found?.virtualInterfaceState ?? 'not there';
      const problem = !found
        ? `interface ${name} (${id}) is not offered to this account; ask the owner of the connection`
        : found.virtualInterfaceType !== kind
          ? `interface ${name} is offered as ${found.virtualInterfaceType}; the estate says ${kind}`
          : state === 'confirming' && lines.gatewayId === undefined
            ? `interface ${name} needs the Direct Connect gateway; run npx cdk deploy '${target.environmentName}/network'`
            : undefined;
      return offer(name, id, kind, state, state === 'confirming', problem);
    }),
  ];
}

const offer = (
  name: string,
  id: string,
  kind: Offer['kind'],
  state: string,
  open: boolean,
  problem: string | undefined,
): Offer => ({ name, id, kind, state, open, ...(problem !== undefined && { problem }) });

async function confirm(
  kind: Acceptance['kind'],
  id: string,
  directConnectGatewayId: string | undefined,
  dx: DirectConnectClient,
): Promise<string> {
  if (kind === 'connection')
    return (await dx.send(new ConfirmConnectionCommand({ connectionId: id }))).connectionState ?? 'unknown';
  const request = { virtualInterfaceId: id, directConnectGatewayId };
  const { virtualInterfaceState } =
    kind === 'private'
      ? await dx.send(new ConfirmPrivateVirtualInterfaceCommand(request))
      : await dx.send(new ConfirmTransitVirtualInterfaceCommand(request));
  return virtualInterfaceState ?? 'unknown';
}
