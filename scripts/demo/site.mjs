// The customer's site: file servers that are folders of this machine, and the DataSync agent that reads them.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const examples = join(root, 'examples', 'data');
/** Where the sources of decant.yaml lie, below the embedded AWS's folder of sources: host, then path. */
const servers = ['filer.example.com/export/lab', 'files.example.com/crm'];
/** The agent's id follows from its key, so decant.yaml can name the agent beforehand. */
const ACTIVATION_KEY = 'DEMO1-AGENT-LABOR-BASEL-00001';

/** Lets the file servers hold examples/data. */
export function setUpServers() {
  for (const server of servers) {
    const folder = join(root, '.decant', 'sources', server);
    if (existsSync(folder)) continue;
    mkdirSync(dirname(folder), { recursive: true });
    symlinkSync(examples, folder);
  }
}

/** Activates the agent, as `decant agent activate` does with a machine that runs. Once. */
export async function activateAgent(endpoint) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': 'FmrsService.CreateAgent',
      'content-type': 'application/x-amz-json-1.1',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/datasync/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ ActivationKey: ACTIVATION_KEY, AgentName: 'demo-local-site' }),
  });
  const answer = await response.json();
  if (!response.ok && answer.errorCode !== 'ActivationKeyUsed') throw new Error(`the agent: ${JSON.stringify(answer)}`);
}

/** One file cannot be read the first time: the retry list will heal it. */
export async function lockOneFile(endpoint) {
  const fault = { service: 'datasync', fault: 'permission-denied', path: '2026/*', times: 1 };
  const response = await fetch(`${endpoint}/_ext/faults`, { method: 'PUT', body: JSON.stringify(fault) });
  if (!response.ok) throw new Error(`the fault: ${await response.text()}`);
}
