/** MACsec: associates a key with a port or lag, and makes the port refuse clear text once it encrypts. */
import {
  AssociateMacSecKeyCommand,
  type Connection,
  type DirectConnectClient,
  type Lag,
  UpdateConnectionCommand,
  UpdateLagCommand,
} from '@aws-sdk/client-direct-connect';
import { UserError } from '../errors.ts';
import { type DxTarget, dxClient, dxOf, pick, readLines } from './lines.ts';
import { archive, type Evidence } from './record.ts';

/** A pair of a connectivity association: its name may be shown, its key never. */
export interface MacsecKey {
  readonly ckn: string;
  readonly cak: string;
}

/** A keychain of AWS holds so many pairs, for rotation (Direct Connect user guide, MACsec). */
const MOST_KEYS = 3;

/** Reads `{"ckn": …, "cak": …}`. Throws a UserError that repeats neither. */
export function parseMacsecSecret(text: string, secret: string): MacsecKey {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause, which repeats what could not be read.
    throw new UserError(`secret ${secret} is not JSON; it must be {"ckn": "…", "cak": "…"}`);
  }
  const { ckn, cak } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const wrong = Object.entries({ ckn, cak }).find(([, v]) => typeof v !== 'string' || !/^[0-9a-f]{64}$/i.test(v));
  if (wrong)
    throw new UserError(
      `${wrong[0]} of secret ${secret} must be 64 hexadecimal digits: MACsec takes 256-bit keys only`,
    );
  return { ckn: ckn as string, cak: cak as string };
}

export interface MacsecRequest {
  /** Name of a connection or lag. */
  readonly name: string;
  readonly readSecret: (secret: string) => Promise<string>;
  /** @default the estate's macsecSecret */
  readonly secret?: string;
  /** Refuse clear text at once, without waiting for the port to encrypt: right before the first traffic, wrong after it. */
  readonly atOnce?: boolean;
  readonly dryRun?: boolean;
  readonly pollMs?: number;
  /** Time for AWS to take the key, and the port to encrypt. */
  readonly waitMs?: number;
}

export interface MacsecReport {
  readonly name: string;
  readonly ckn: string;
  readonly keyAdded: boolean;
  readonly encrypts: boolean;
  readonly mode: string;
  /** Done when the port encrypts and refuses clear text. */
  readonly done: boolean;
  readonly evidence?: string;
}

interface Port {
  readonly id: string;
  readonly mode: string | undefined;
  readonly encrypts: boolean;
  readonly keys: readonly { readonly ckn?: string; readonly state?: string }[];
}

const portOf = (c: Connection): Port => ({
  id: c.connectionId ?? '',
  mode: c.encryptionMode,
  encrypts: c.portEncryptionStatus === 'Encryption Up',
  keys: c.macSecKeys ?? [],
});
const lagOf = (l: Lag): Port => ({
  id: l.lagId ?? '',
  mode: l.encryptionMode,
  encrypts: (l.connections ?? []).length > 0 && (l.connections ?? []).every((c) => portOf(c).encrypts),
  keys: l.macSecKeys ?? [],
});

/** Idempotent: a key that is associated stays, a mode that is set is not set again. Throws a UserError. */
export async function setMacsec(
  target: DxTarget,
  request: MacsecRequest,
  evidence: Evidence | undefined,
  dx: DirectConnectClient = dxClient(),
): Promise<MacsecReport> {
  const { name } = request;
  const read = async (): Promise<Port> => portNamed(target, name, await readLines(target, dx));
  let port = await read();
  const secret = secretOf(target, request);
  const key = parseMacsecSecret(await request.readSecret(secret), secret);
  const known = (p: Port) => p.keys.find((k) => k.ckn?.toLowerCase() === key.ckn.toLowerCase());
  const keyAdded = !known(port);
  if (keyAdded && port.keys.length >= MOST_KEYS)
    throw new UserError(`${name} has ${MOST_KEYS} keys already; disassociate one that no device uses any more`);
  const before = { mode: port.mode, keys: port.keys.map((k) => k.ckn) };
  if (request.dryRun)
    return { name, ckn: key.ckn, keyAdded, encrypts: port.encrypts, mode: port.mode ?? '', done: false };
  if (keyAdded) await dx.send(new AssociateMacSecKeyCommand({ connectionId: port.id, ckn: key.ckn, cak: key.cak }));
  const settled = (p: Port) => known(p)?.state === 'associated' && (p.encrypts || request.atOnce === true);
  port = await until(read, settled, request);
  const taken = known(port)?.state === 'associated';
  // Refusing clear text while the customer's device does not encrypt would stop everything.
  if (taken && (port.encrypts || request.atOnce) && port.mode !== 'must_encrypt') {
    await setMode(port.id, dx);
    port = await until(read, (p) => p.mode === 'must_encrypt', request);
  }
  const done = port.mode === 'must_encrypt' && port.encrypts;
  const report = { name, ckn: key.ckn, keyAdded, encrypts: port.encrypts, mode: port.mode ?? 'unknown', done };
  if (!evidence || (!keyAdded && before.mode === port.mode)) return report;
  const facts = { id: port.id, before, after: { mode: port.mode, keys: port.keys, encrypts: port.encrypts } };
  return { ...report, evidence: await archive(evidence, { action: 'macsec', subject: name, facts }) };
}

function portNamed(target: DxTarget, name: string, lines: Awaited<ReturnType<typeof readLines>>): Port {
  const { connections, lags } = dxOf(target);
  const inLag = connections[name]?.lag;
  if (inLag)
    throw new UserError(`${name} is a link of lag ${inLag}, whose key encrypts all its links; run it for ${inLag}`);
  if (lags[name]) return lagOf(pick('lag', name, Object.keys(lags), lines.lags, target.environmentName));
  return portOf(pick('connection', name, Object.keys(connections), lines.connections, target.environmentName));
}

function secretOf(target: DxTarget, { name, secret }: MacsecRequest): string {
  const { connections, lags } = dxOf(target);
  const declared = lags[name] ?? connections[name];
  if (declared && !declared.macsec)
    throw new UserError(`${name} was ordered without MACsec; only a new port can have it`);
  const found = secret ?? declared?.macsecSecret;
  if (found === undefined && declared)
    throw new UserError(`${name} has no macsecSecret in the estate; write it there or add --secret`);
  return found ?? '';
}

const setMode = (id: string, dx: DirectConnectClient): Promise<unknown> =>
  id.startsWith('dxlag-')
    ? dx.send(new UpdateLagCommand({ lagId: id, encryptionMode: 'must_encrypt' }))
    : dx.send(new UpdateConnectionCommand({ connectionId: id, encryptionMode: 'must_encrypt' }));

/** Reads until it is so, or the time is over; what was read last. */
async function until<T>(
  read: () => Promise<T>,
  so: (value: T) => boolean,
  { pollMs = 5_000, waitMs = 60_000 }: Pick<MacsecRequest, 'pollMs' | 'waitMs'>,
): Promise<T> {
  const end = Date.now() + waitMs;
  for (;;) {
    const value = await read();
    if (so(value) || Date.now() >= end) return value;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
