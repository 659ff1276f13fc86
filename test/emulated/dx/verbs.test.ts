import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeConnectionsCommand, DescribeVirtualInterfacesCommand } from '@aws-sdk/client-direct-connect';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { clearFaults, injectFault } from '../../../local/faults.ts';
import { s3Client } from '../../../runtime/aws.ts';
import { decant } from '../cli/environment.ts';
import { until } from '../local/aws.ts';
import { CKN, dx, type DxEnvironment, endpoint, makeDx } from './environment.ts';

let env: DxEnvironment;
let folder: string;

beforeAll(async () => {
  env = await makeDx();
  folder = await mkdtemp(join(tmpdir(), 'letters-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await env.remove();
});
afterEach(() => clearFaults(endpoint, 'directconnect'));

/** Keys of the records of one verb. */
async function records(action: string): Promise<string[]> {
  const { Contents = [] } = await s3Client().send(new ListObjectsV2Command({ Bucket: env.places.evidenceBucket }));
  return Contents.flatMap((o) => o.Key ?? []).filter((k) => k.includes(`/${action}-`));
}
const read = async (Key: string): Promise<string> =>
  (await (
    await s3Client().send(new GetObjectCommand({ Bucket: env.places.evidenceBucket, Key }))
  ).Body?.transformToString()) ?? '';
const json = <T>(text: string): T => JSON.parse(text) as T;

const lacks = async (): Promise<string[]> =>
  json<{ lacks: string[] }>((await env.decant('dx', 'ready', '--dry-run', '--json')).out).lacks;
const portIs = (state: string): Promise<string> =>
  until(`zurich to be ${state}`, async () => {
    const { connections = [] } = await dx.send(new DescribeConnectionsCommand({}));
    const found = connections.find((c) => c.connectionName === `${env.places.catalogDatabase}-local-zurich`);
    return found?.connectionState === state ? found.connectionId : undefined;
  });

// The order is that of a project: letter, acceptance, key, readiness, failover.
describe('decant dx loa', () => {
  it('writes the letter as a PDF and archives the same bytes', async () => {
    await portIs('available');

    const { code, err } = await env.decant('dx', 'loa', 'zurich', '--to', folder);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    const pdf = await readFile(join(folder, `${env.places.catalogDatabase}-local-zurich-loa.pdf`), 'latin1');
    expect(pdf).toMatch(/^%PDF-1\.4[^]*Example Carrier[^]*%%EOF\n$/);
    const archived = (await records('loa')).find((k) => k.endsWith('loa.pdf')) ?? '';
    expect(await read(archived)).toBe(pdf);
  });

  it('leaves one record, however often it is run', async () => {
    await env.decant('dx', 'loa', 'zurich', '--to', folder);

    expect(await records('loa')).toHaveLength(2);
  });

  it('says so when AWS has not written the letter yet', async () => {
    await injectFault(endpoint, {
      service: 'directconnect',
      fault: 'letter-late',
      resource: await portIs('available'),
    });

    const { code, err } = await env.decant('dx', 'loa', 'zurich', '--to', folder);

    expect(code).toBe(1);
    expect(err).toMatch(
      /^AWS has no letter for connection zurich yet \(.*\); it takes up to 72 hours after the order\n$/,
    );
  });

  it('says who has the letter of a hosted connection', async () => {
    const { code, err } = await env.decant('dx', 'loa', 'rented', '--to', folder);

    expect({ code, err }).toEqual({ code: 2, err: 'connection rented is hosted; its partner has the letter\n' });
  });

  it('names the connections there are', async () => {
    const { err } = await env.decant('dx', 'loa', 'zürich', '--to', folder);

    expect(err).toBe('"zürich" is not a connection of local; zurich, link-1, rented. Did you mean zurich?\n');
  });
});

describe('decant dx accept', () => {
  it('accepts nothing in a dry run', async () => {
    const { out } = await env.decant('dx', 'accept', '--dry-run', '--json');

    expect(json<{ hosted: { name: string; state: string; accepted: boolean }[] }>(out).hosted).toEqual([
      expect.objectContaining({ name: 'rented', state: 'ordering', accepted: false }),
      expect.objectContaining({ name: 'guest', state: 'confirming', accepted: false }),
    ]);
  });

  it('accepts nothing when one offer is not what the estate says', async () => {
    const text = await readFile(join(env.dir, 'decant.yaml'), 'utf8');
    const other = join(env.dir, 'other.yaml');
    await writeFile(other, text.replace('bandwidth: 1Gbps, hosted', 'bandwidth: 2Gbps, hosted'));

    const { code, err } = await decant('dx', 'accept', '--estate', other);

    expect({ code, err }).toEqual({
      code: 1,
      err: 'connection rented is offered with 1Gbps at EqFR5; the estate says 2Gbps at EqFR5\n',
    });
    expect(await records('accept')).toEqual([]);
  });

  it('accepts what is offered and declared, into the Direct Connect gateway', async () => {
    const { code, out } = await env.decant('dx', 'accept', '--json');

    expect(code).toBe(0);
    expect(json<{ hosted: { accepted: boolean }[] }>(out).hosted.map((h) => h.accepted)).toEqual([true, true]);
    const { virtualInterfaces = [] } = await dx.send(
      new DescribeVirtualInterfacesCommand({ virtualInterfaceId: env.hosted.interface }),
    );
    expect(virtualInterfaces[0]?.directConnectGatewayId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await records('accept')).toHaveLength(2);
  });

  it('does nothing the second time', async () => {
    const { code, out } = await env.decant('dx', 'accept', '--json');

    expect(code).toBe(0);
    expect(json<{ hosted: { accepted: boolean }[] }>(out).hosted.map((h) => h.accepted)).toEqual([false, false]);
    expect(await records('accept')).toHaveLength(2);
  });
});

describe('decant dx macsec', () => {
  const run = (...more: string[]) => env.decant('dx', 'macsec', 'zurich', '--every', '0.1', '--wait', '2', ...more);

  it('adds no key in a dry run', async () => {
    const { out } = await run('--dry-run');

    expect(out).toMatch(/would be associated; the port does not encrypt yet, mode should_encrypt/);
  });

  it('never lets the port refuse clear text while the device does not encrypt', async () => {
    const resource = await portIs('available');
    await injectFault(endpoint, { service: 'directconnect', fault: 'encryption-down', resource });

    const { code, out, err } = await run('--json');

    expect(code).toBe(3);
    expect(json<object>(out)).toMatchObject({ keyAdded: true, encrypts: false, mode: 'should_encrypt', done: false });
    expect(err).toMatch(/configure the same key on the device of zurich/);
  });

  it('goes on where it stopped: the key stays, and clear text is refused', async () => {
    const { code, out } = await run('--json');

    expect(code).toBe(0);
    expect(json<object>(out)).toMatchObject({ keyAdded: false, encrypts: true, mode: 'must_encrypt', done: true });
    const { connections = [] } = await dx.send(
      new DescribeConnectionsCommand({ connectionId: await portIs('available') }),
    );
    expect(connections[0]).toMatchObject({ encryptionMode: 'must_encrypt', portEncryptionStatus: 'Encryption Up' });
    expect(connections[0]?.macSecKeys?.map((k) => [k.ckn, k.state])).toEqual([[CKN, 'associated']]);
  });

  it('encrypts all links of a lag by the lag’s key, which --secret may name', async () => {
    const secret = `${env.places.catalogDatabase}/macsec`;

    const { code, out } = await env.decant('dx', 'macsec', 'frankfurt', '--secret', secret, '--every', '0.1', '--json');

    expect(code).toBe(0);
    expect(json<object>(out)).toMatchObject({ encrypts: true, mode: 'must_encrypt', done: true });
    const { connections = [] } = await dx.send(new DescribeConnectionsCommand({}));
    const link = connections.find((c) => c.connectionName === `${env.places.catalogDatabase}-local-link-1`);
    expect(link).toMatchObject({ encryptionMode: 'must_encrypt', portEncryptionStatus: 'Encryption Up' });
  });

  it('sends whoever names a link to its lag', async () => {
    const { code, err } = await env.decant('dx', 'macsec', 'link-1');

    expect(code).toBe(2);
    expect(err).toBe('link-1 is a link of lag frankfurt, whose key encrypts all its links; run it for frankfurt\n');
  });

  it('leaves records that hold no key, and none where nothing was done', async () => {
    await run();

    const keys = await records('macsec');
    const texts = await Promise.all(keys.map(read));
    expect(keys).toHaveLength(3);
    expect(texts.filter((t) => t.includes('cdcdcd'))).toEqual([]);
  });
});

describe('decant dx ready', () => {
  it('is ready when every line and session is up', async () => {
    await until('readiness', async () => ((await lacks()).length === 0 ? true : undefined));

    const { code, out } = await env.decant('dx', 'ready');

    expect({ code, out }).toEqual({ code: 0, out: 'ready: every line is up\n' });
    expect(await records('ready')).toHaveLength(1);
  });

  it('exits 3 and says what lacks when a port loses its light', async () => {
    await injectFault(endpoint, { service: 'directconnect', fault: 'link-down', resource: await portIs('available') });

    const { code, out } = await env.decant('dx', 'ready', '--dry-run');

    expect({ code, out }).toEqual({
      code: 3,
      out: 'connection zurich is down\nconnection zurich does not encrypt now\ninterface north is down\n',
    });
  });

  it('waits for it when asked to', async () => {
    await injectFault(endpoint, { service: 'directconnect', fault: 'bgp-down', resource: env.hosted.interface });
    const waiting = env.decant('dx', 'ready', '--wait', '60', '--every', '0.1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await clearFaults(endpoint, 'directconnect');

    const { code, err } = await waiting;

    expect(code).toBe(0);
    expect(err).toMatch(/^1 lack: interface guest is down\n/);
  });
});

describe('decant dx failover-test', () => {
  const test = (...more: string[]) => env.decant('dx', 'failover-test', 'north', '--every', '0.1', ...more);

  it('starts nothing in a dry run, and says what would carry the traffic', async () => {
    const { out } = await test('--dry-run');

    expect(out).toBe('north would be down for 10 minutes; up beside it: south, guest\n');
  });

  it('takes the sessions down, sees them come back, and records who carried the traffic', async () => {
    const { code, out } = await test('--minutes', '1', '--json');

    expect(code).toBe(0);
    expect(json<object>(out)).toMatchObject({ started: true, restored: true, carriedBy: ['south', 'guest'] });
    const [key = ''] = await records('failover-test');
    expect(json<{ facts: object }>(await read(key)).facts).toMatchObject({ history: { status: 'Completed' } });
  });

  it('does not count an interface that went down meanwhile', async () => {
    const running = test('--minutes', '2', '--json');
    await until('the test', async () => ((await lacks()).includes('interface north is testing') ? true : undefined));
    await injectFault(endpoint, { service: 'directconnect', fault: 'bgp-down', resource: env.hosted.interface });

    const { out } = await running;

    expect(json<{ carriedBy: string[] }>(out).carriedBy).toEqual(['south']);
  });

  it('refuses when nothing else is up', async () => {
    await injectFault(endpoint, { service: 'directconnect', fault: 'bgp-down', resource: env.hosted.interface });
    const { connections = [] } = await dx.send(new DescribeConnectionsCommand({}));
    const link = connections.find((c) => c.connectionName?.endsWith('-local-link-1'))?.connectionId ?? '';
    await injectFault(endpoint, { service: 'directconnect', fault: 'link-down', resource: link });

    const { code, err } = await test('--minutes', '1');

    expect(code).toBe(1);
    expect(err).toMatch(/^nothing else is up to carry the traffic of north/);
  });

  it('ends a test that is under way, once', async () => {
    const running = test('--minutes', '4320', '--json');
    await until('the test', async () => ((await lacks()).includes('interface north is testing') ? true : undefined));

    const stopped = await test('--stop');
    const { code, out } = await running;

    expect(stopped.out).toBe('north: the test was ended\n');
    expect({ code, restored: json<{ restored: boolean }>(out).restored }).toEqual({ code: 0, restored: true });
    expect((await test('--stop')).out).toBe('north: no test is under way\n');
  });
});
