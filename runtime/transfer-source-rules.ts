/** Rules of a source that DataSync reads: what its kind takes, who signs in, and the agents that reach it. */
import { agentsOfMode } from '../protocol/datasync.ts';
import type { Environment, SourceKind } from '../protocol/estate.ts';
import { isTransferable, parseLocation, type SourceLocation } from '../protocol/source-location.ts';
import { list, loose, type Loose } from './estate-loose.ts';
import type { Path } from './estate-text.ts';
import { show, type Complaint } from './estate-words.ts';
import { didYouMean } from './suggest.ts';

/** Keys that mean something for the named kinds only. */
const keysOf: Readonly<Record<string, readonly SourceKind[]>> = {
  agents: ['nfs', 'smb', 'hdfs', 'object-store', 'azure-blob'],
  secret: ['smb', 'hdfs', 'object-store', 'azure-blob', 'postgresql', 'sqlserver'],
  user: ['smb', 'hdfs', 'object-store', 'postgresql', 'sqlserver'],
  domain: ['smb'],
  kerberos: ['smb', 'hdfs'],
  keyProvider: ['hdfs'],
  certificate: ['object-store'],
  tags: ['s3', 'object-store', 'azure-blob'],
  subnet: ['efs'],
  securityGroups: ['efs'],
  account: ['s3'],
  region: ['s3'],
  kmsKey: ['s3', 'smb', 'hdfs', 'object-store', 'azure-blob'],
  grant: ['s3'],
};

/** A key is named by its ARN: an alias is nothing to another account (DataSync user guide, create-s3-location). */
const KEY_ARN = /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
/** Patterns of the service's API model. */
const FOLDER = /^[a-zA-Z0-9_\-+./()$\p{Zs}]*$/u;
const SMB_USER = /^[^"[\]/\\:;|=,+*?<>]{1,104}$/;
const HDFS_USER = /^[_.A-Za-z0-9][-_.A-Za-z0-9]*$/;
const KEY_PROVIDER = /^kms:\/\/https?@[A-Za-z0-9.;-]+:\d{1,5}\/kms$/;
const AGENTS_OF_A_MODE = 4;

/** Rules that hold however the source's datasets travel. */
export function sourceRules(name: string, source: Loose, environments: Loose): Complaint[] {
  const path = ['sources', name];
  const { kind, kmsKey } = source;
  if (typeof kind !== 'string') return [];
  const found: Complaint[] = [];
  const say = (more: Path, message: string) => void found.push({ path: [...path, ...more], message });
  for (const [key, kinds] of Object.entries(keysOf)) {
    if (source[key] !== undefined && !kinds.includes(kind as SourceKind))
      say([key], `means nothing for a source of kind ${kind}; it is for ${kinds.join(', ')}. Remove it`);
  }
  if (typeof kmsKey === 'string' && !KEY_ARN.test(kmsKey))
    say(['kmsKey'], `${show(kmsKey)} is not the ARN of a key; an alias or an id is nothing to another account`);
  if (kmsKey !== undefined && kind !== 's3' && source['secret'] === undefined)
    say(['kmsKey'], 'is the key of the secret, and there is no secret; remove it or add secret');
  for (const environment of list(source['environments'])) {
    if (typeof environment !== 'string' || environment in environments) continue;
    const known = Object.keys(environments);
    say(
      ['environments', list(source['environments']).indexOf(environment)],
      `${show(environment)} is not an environment; ${known.join(', ')}.${didYouMean(environment, known)}`,
    );
  }
  return [...found, ...agentRules(path, source, environments)];
}

/** Every agent must be known wherever the source is, four of a mode at most. */
function agentRules(path: Path, source: Loose, environments: Loose): Complaint[] {
  const names = list(source['agents']).filter((n): n is string => typeof n === 'string');
  return environmentsOf(source, environments).flatMap(([environment, raw]): Complaint[] => {
    const agents = loose(loose(raw)['agents']);
    const known = Object.keys(agents);
    const strange = names.flatMap((name, i): Complaint[] =>
      name in agents
        ? []
        : [
            {
              path: [...path, 'agents', i],
              message:
                `${show(name)} is not an agent of environment ${environment}; ${known.join(', ') || 'it has none'}.` +
                `${didYouMean(name, known)} Add it to environments.${environment}.agents, or name the source's environments`,
            },
          ],
    );
    const modes = (['basic', 'enhanced'] as const).flatMap((mode): Complaint[] => {
      const count = agentsOfMode({ agents: withModes(agents) } as Environment, names, mode).length;
      return count <= AGENTS_OF_A_MODE
        ? []
        : [
            {
              path: [...path, 'agents'],
              message: `${count} agents of mode ${mode}; a location takes ${AGENTS_OF_A_MODE}`,
            },
          ];
    });
    return [...strange, ...modes];
  });
}

/** Agents with the schema's default. */
export const withModes = (agents: Loose): Record<string, { mode: unknown }> =>
  Object.fromEntries(Object.entries(agents).map(([n, a]) => [n, { mode: loose(a)['mode'] ?? 'enhanced' }]));

/** The environments that a source belongs to. */
export function environmentsOf(source: Loose, environments: Loose): [string, unknown][] {
  const wanted = source['environments'] === undefined ? undefined : list(source['environments']);
  return Object.entries(environments).filter(([name]) => wanted?.includes(name) ?? true);
}

/** Rules of a source of which at least one dataset travels by DataSync. */
export function datasyncSourceRules(name: string, source: Loose): Complaint[] {
  const path = ['sources', name];
  const kind = source['kind'] as SourceKind;
  if (!isTransferable(kind)) return [];
  const found: Complaint[] = [];
  const say = (key: string, message: string) => void found.push({ path: [...path, key], message });
  const has = (key: string) => source[key] !== undefined;
  const location = locationOf(source, say);
  const { user, keyProvider } = source;
  if (kind === 'smb') {
    if (!has('secret'))
      say('secret', 'is missing: an SMB share is signed in to; name the secret with the password or the keytab');
    if (has('kerberos') === has('user'))
      say(
        'user',
        has('user')
          ? 'is for NTLM; with kerberos the principal signs in. Remove one'
          : 'is missing: give user, or kerberos',
      );
    if (has('kerberos') && has('domain'))
      say('domain', 'is for NTLM; the principal of kerberos names its realm. Remove it');
    if (typeof user === 'string' && !SMB_USER.test(user))
      say('user', `${show(user)} is not a user that SMB takes; leave the domain to domain`);
    if (has('kerberos') && location && 'host' in location && /^[\d.]+$/.test(location.host))
      say('location', `${show(location.host)} is an address; with kerberos the server must be named`);
  }
  if (kind === 'hdfs') {
    if (has('kerberos') && !has('secret')) say('secret', 'is missing: name the secret with the keytab of kerberos');
    if (has('secret') && !has('kerberos'))
      say('secret', 'is for the keytab of kerberos; simple sign-in has no secret. Remove it, or add kerberos');
    if (has('kerberos') === has('user'))
      say(
        'user',
        has('user')
          ? 'is for simple sign-in; with kerberos the principal signs in. Remove one'
          : 'is missing: give user, or kerberos',
      );
    if (typeof user === 'string' && !HDFS_USER.test(user)) say('user', `${show(user)} is not a user that HDFS takes`);
    if (typeof keyProvider === 'string' && !KEY_PROVIDER.test(keyProvider))
      say('keyProvider', `${show(keyProvider)} is no key provider; write it like kms://http@kms.example.com:9600/kms`);
  }
  if (kind === 'object-store' && has('user') !== has('secret'))
    say(
      has('user') ? 'secret' : 'user',
      'is missing: user is the access key and secret names the secret key; a store has both or none',
    );
  if (kind === 'efs') {
    if (!has('subnet')) say('subnet', 'is missing: DataSync reads a file system from a subnet in its network');
    if (!has('securityGroups'))
      say('securityGroups', 'is missing: name those of the mount target, open for NFS (2049)');
  }
  return found;
}

/** Takes the location apart, and tells what is wrong with it. */
function locationOf(source: Loose, say: (key: string, message: string) => void): SourceLocation | undefined {
  const text = source['location'];
  const kind = source['kind'] as SourceKind;
  if (!isTransferable(kind) || (text !== undefined && typeof text !== 'string')) return undefined;
  try {
    const location = parseLocation(kind, text);
    if (kind !== 'azure-blob' && !FOLDER.test(location.path))
      say(
        'location',
        `${show(location.path)} has characters that DataSync does not take in the path of a location; begin at a folder above`,
      );
    return location;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    say('location', error.message);
    return undefined;
  }
}
