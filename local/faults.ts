/** Tells the embedded services of a running embedded AWS to fail, for tests and the demo. */

export interface Fault {
  readonly service: 'datasync' | 'snowball' | 's3control' | 'directconnect';
  /** One that the service knows; another is refused with their names. */
  readonly fault: string;
  /** ARN or id that it strikes. @default every one */
  readonly resource?: string;
  /** Glob on a file's path below its location, or on a key. @default every one */
  readonly path?: string;
  /** How often it strikes; null: until it is cleared. @default 1 */
  readonly times?: number | null;
  /** Further settings of one fault, such as `bytes`. */
  readonly [setting: string]: unknown;
}

export type InjectedFault = Fault & { readonly id: string };

/** Injects a fault. Throws with the names of those that exist when the service has no such fault. */
export const injectFault = async (endpoint: string, fault: Fault): Promise<InjectedFault> =>
  (await ask(endpoint, 'PUT', '', JSON.stringify(fault))) as InjectedFault;

/** Takes back what has not struck yet, of one service and one resource or of all. */
export async function clearFaults(endpoint: string, service?: Fault['service'], resource?: string): Promise<void> {
  const query = new URLSearchParams({ ...(service && { service }), ...(resource && { resource }) }).toString();
  await ask(endpoint, 'DELETE', query && `?${query}`);
}

/** What has not struck yet. */
export const listFaults = async (endpoint: string): Promise<readonly InjectedFault[]> =>
  (await ask(endpoint, 'GET')) as readonly InjectedFault[];

async function ask(endpoint: string, method: string, query = '', body?: string): Promise<unknown> {
  const response = await fetch(`${endpoint}/_ext/faults${query}`, { method, ...(body ? { body } : {}) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { message: string }).message);
  return answer;
}
