/** Asks a running agent for its activation key, as the DataSync user guide says (activate-agent, getting an activation key). */
import { lookup } from 'node:dns/promises';
import { Exit, UserError } from '../errors.ts';

/** Through which door the agent will reach DataSync. */
export type AgentDoor =
  { readonly kind: 'public' } | { readonly kind: 'vpc'; /** IP address of the endpoint. */ readonly address: string };

/** An agent that is reachable answers at once. */
const ANSWER_MS = 15_000;
const KEY = /^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/;

/** What is asked; `address` is a host, with a port where it is not 80. */
export function activationUrl(address: string, region: string, door: AgentDoor): string {
  const query = new URLSearchParams({ gatewayType: 'SYNC', activationRegion: region });
  if (door.kind === 'vpc') {
    query.set('privateLinkEndpoint', door.address);
    query.set('endpointType', 'PRIVATE_LINK');
  }
  return `http://${address}/?${query.toString()}&no_redirect`;
}

/** Checks a key that a person has typed. Throws a UserError. */
export function checkKey(key: string): string {
  const trimmed = key.trim();
  if (KEY.test(trimmed)) return trimmed;
  throw new UserError(
    `${JSON.stringify(trimmed.slice(0, 60))} is no activation key; one looks like F0EFT-7FPPR-GG7MC-3I9R3-27DOH`,
  );
}

/** The key of the agent at an address. Throws a UserError that says what keeps it from answering. */
export async function fetchActivationKey(address: string, region: string, door: AgentDoor): Promise<string> {
  const remedy =
    'is the machine running and not activated yet (an activated agent closes port 80), and does this machine reach its port 80? ' +
    'Else get the key in the agent’s local console (menu item 0) and give it with --key';
  let answer: Response;
  try {
    answer = await fetch(activationUrl(address, region, door), { signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new UserError(`no answer from the agent at ${address}: ${why}; ${remedy}`, { cause, exitCode: Exit.failed });
  }
  const text = (await answer.text()).trim();
  if (!answer.ok || !KEY.test(text)) {
    throw new UserError(
      `the agent at ${address} gave no activation key: ${answer.status} ${JSON.stringify(text.slice(0, 200))}; ${remedy}`,
      {
        exitCode: Exit.failed,
      },
    );
  }
  return text;
}

/** Name of an endpoint in one zone, from its regional name: the agent must use the address in the subnet that it is created in. */
export const zonalName = (regional: string, zone: string): string =>
  regional.replace(/^(vpce-[0-9a-f]+-[0-9a-z]+)\./, `$1-${zone}.`);

/** Address of the endpoint in a zone. Its names are public, its addresses are the VPC's. Throws a UserError. */
export async function endpointAddress(regional: string, zone: string): Promise<string> {
  const name = zonalName(regional, zone);
  try {
    return (await lookup(name, 4)).address;
  } catch (cause) {
    throw new UserError(
      `the address of the DataSync endpoint (${name}) is not found from here; give the one in zone ${zone} with --endpoint-address`,
      { cause, exitCode: Exit.failed },
    );
  }
}
