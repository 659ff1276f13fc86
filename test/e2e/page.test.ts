/** The page to try the API, in a real browser, on the real API and on ones that misbehave. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bearer, DecantClient } from '../../clients/typescript/src/index.ts';
import { startPage, type PageServer } from '../../local/page/server.ts';
import { projectRoot } from '../../local/root.ts';
import { json, problem, scripted, type Scripted, type Step } from '../unit/clients/support/scripted.ts';
import { describeInChromium } from './browser.ts';
import { startLocalApi, type LocalApi } from './local-api.ts';

const folder = join(projectRoot(), 'build', 'page');
const picture = join(projectRoot(), 'docs', 'page.png');
const serve = (api: string, token = 't'): Promise<PageServer> =>
  startPage({ folder, environment: 'local', api, token: () => Promise.resolve(token) });
const originOf = ({ url }: PageServer): string => new URL(url).origin;

describeInChromium('the page, on the real API', (tab) => {
  const known = ['O=C(O)c1ccccc1O', 'CC(=O)Nc1ccc(O)cc1', 'CC(C)Cc1ccc(C(C)C(=O)O)cc1', 'Cn1c(=O)c2c(ncn2C)n(C)c1=O'];
  const ASPIRIN = 'CC(=O)Oc1ccccc1C(=O)O';
  let api: LocalApi;
  let server: PageServer;
  let far: string;

  beforeAll(async () => {
    api = await startLocalApi();
    server = await serve(api.url, api.token);
    const client = new DecantClient({ baseUrl: api.url, auth: bearer(api.token) });
    // Neighbours are molecules that were embedded before.
    await client.embed([
      'O=C(O)c1ccccc1O',
      'CC(=O)Nc1ccc(O)cc1',
      'CC(C)Cc1ccc(C(C)C(=O)O)cc1',
      'Cn1cnc2c1c(=O)n(C)c(=O)n2C',
    ]);
    const { items } = await client.predict(['[Au]', '[U]', 'N#N', '[Xe]']);
    far = items.find((item) => item.applicability?.in_domain === false)?.canonical_smiles ?? '';
  });
  afterAll(async () => {
    await server?.close();
    await api?.close();
  });

  const ask = async (text: string): Promise<void> => {
    const { page } = tab();
    await page.goto(server.url);
    await page.getByLabel('Structures as SMILES, one a line').fill(text);
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.getByRole('status').filter({ hasText: 'with an error' }).waitFor();
  };

  test('shows a molecule with drawing, predictions with units, mark and neighbours', async () => {
    await ask(`${ASPIRIN} aspirin`);

    const card = tab().page.getByRole('article');
    const drawing = card.getByRole('img', { name: `Structure of ${ASPIRIN}` });
    const neighbours = card.getByRole('listitem');
    await neighbours.first().waitFor();

    expect(await card.getByRole('heading', { level: 2 }).innerText()).toBe('aspirin line 1');
    expect(await drawing.evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth)).toBe(240);
    await card.getByText('Predicted descriptors').first().click();
    expect(await card.locator('[data-endpoint=MolWt]').innerText()).toMatch(/^MolWt\s+1[678]\d\.\d\s+g\/mol/);
    expect(await card.locator('[data-domain=in]').innerText()).toMatch(/^✓ In domain/);
    const near = (await neighbours.allInnerTexts()).map((text) => /^similarity (\d\.\d{3})\s+(\S+)$/.exec(text));
    const scores = near.map((found) => Number(found?.[1]));
    expect(near.filter((found) => !known.includes(found?.[2] ?? ''))).toEqual([]);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores).toHaveLength(3);
  });

  test('marks predictions of heads that are no better than simple baselines as experimental, and says why', async () => {
    const [model] = await new DecantClient({ baseUrl: api.url, auth: bearer(api.token) }).models();
    const heads = model?.heads ?? [];

    await ask(ASPIRIN);
    const rows = await Promise.all(heads.map((h) => tab().page.locator(`[data-endpoint="${h.name}"]`).innerText()));

    expect(heads.length).toBeGreaterThan(0);
    expect(rows.map((row, i) => row.includes(heads[i]?.title ?? '?'))).toEqual(heads.map(() => true));
    expect(rows.map((row) => /\texperimental /.test(row))).toEqual(heads.map((h) => h.status === 'experimental'));
    expect(rows.filter((row, i) => heads[i]?.status === 'experimental' && !row.includes(heads[i].reason))).toEqual([]);
  });

  test('shows what is wrong with a molecule, and with which of its characters, beside others that are answered', async () => {
    await ask(`${ASPIRIN}\n\nCC(C)(C)(C)C too many bonds`);

    const cards = tab().page.getByRole('article');

    const marks = (await cards.all()).map((card) =>
      Promise.all([card.getAttribute('data-line'), card.getAttribute('data-status')]),
    );
    expect(await Promise.all(marks)).toEqual([
      ['1', 'ok'],
      ['3', 'error'],
    ]);
    expect(await cards.nth(1).innerText()).toContain('VALENCE');
    expect(await cards.nth(1).locator('code').innerText()).toBe('CC(C)(C)(C)C');
    expect(await cards.nth(1).getByRole('img').count()).toBe(0);
  });

  test('marks a molecule that is far from what the model has seen', async () => {
    expect(far).not.toBe('');

    await ask(far);

    expect(await tab().page.locator('[data-domain]').innerText()).toMatch(
      /^⚠ Out of domain\s+Unlike what the model has seen/,
    );
  });

  test('asks nobody but its own server, never names a structure in an address, and complains of nothing', async () => {
    await ask(`${ASPIRIN}\nC1CC`);
    await tab().page.getByRole('listitem').first().waitFor();

    const { urls, complaints } = tab();
    expect(urls.filter((url) => !url.startsWith(`${originOf(server)}/`))).toEqual([]);
    expect(urls.filter((url) => /CC|C1/.test(decodeURIComponent(url)))).toEqual([]);
    expect(urls.length).toBeGreaterThan(5);
    expect(complaints).toEqual([]);
  });

  test('takes the key out of its address, and keeps it over a reload', async () => {
    const { page } = tab();
    await page.goto(server.url);
    await page.getByText('local', { exact: true }).waitFor();

    expect(page.url()).toBe(`${originOf(server)}/ui/index.html`);

    await page.reload();
    await page.getByLabel('Structures').fill(ASPIRIN);
    await page.getByLabel('Structures').press('Control+Enter');
    await page.getByRole('article').waitFor();
  });

  test('says what to do for who has no key', async () => {
    const { page } = tab();
    await page.goto(server.url.replace(/#.*/, ''));
    await page.getByText('local', { exact: true }).waitFor();
    await page.getByLabel('Structures').fill('C');

    await page.getByRole('button', { name: 'Predict' }).click();

    expect(await page.getByRole('alert').innerText()).toContain(
      'open the whole address that decant local page printed',
    );
  });

  test('shows every route of the API’s document in the reference, and sends a request that is tried there', async () => {
    const { page, complaints, urls } = tab();
    const document = JSON.parse(readFileSync(join(folder, 'openapi.json'), 'utf8')) as {
      paths: Record<string, object>;
    };
    const routes = Object.values(document.paths).flatMap((path) => Object.keys(path)).length;
    await page.goto(server.url);
    await page.getByRole('link', { name: 'API reference' }).click();
    await page.locator('.opblock').last().waitFor();

    expect(await page.locator('.opblock').count()).toBe(routes);

    await page.locator('#operations-models-listModels .opblock-summary-control').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
    expect(urls.filter((url) => !url.startsWith(`${originOf(server)}/`))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('looks as in the documents', async () => {
    await ask(`${ASPIRIN} aspirin\nC1CC a ring that is not closed\n${far} far from all`);
    await tab().page.getByRole('listitem').first().waitFor();
    const write = process.env['DECANT_WRITE_PICTURES'] === 'true';

    await tab().page.setViewportSize({ width: 1200, height: 1600 });
    const shot = await tab().page.screenshot(write ? { path: picture } : {});

    // Fonts and versions of browsers move lines, so that the size is all that can be compared.
    expect(existsSync(picture)).toBe(true);
    expect(readFileSync(picture).subarray(16, 24)).toEqual(shot.subarray(16, 24));
  });
});

describeInChromium('the page, on an API that means harm', (tab) => {
  let api: Scripted;
  let server: PageServer;
  afterEach(async () => {
    await server.close();
    await api.close();
  });
  const open = async (...steps: Step[]): Promise<void> => {
    api = await scripted(...steps);
    server = await serve(api.url);
    await tab().page.goto(server.url);
  };
  const predict = async (text: string): Promise<void> => {
    await tab().page.getByLabel('Structures').fill(text);
    await tab().page.getByRole('button', { name: 'Predict' }).click();
  };
  const EVIL = '<img/src=x/onerror="window.hit=1"><script>window.hit=1</script>';

  /** Every text that an answer can hold is markup. */
  const evil: Step = (response, asked) => {
    const model = { name: EVIL, version: EVIL, sha256: EVIL };
    const warnings = [{ code: EVIL, detail: EVIL }];
    const prediction = { endpoint: EVIL, value: 1, unit: EVIL, status: 'experimental' };
    const error = { type: EVIL, title: EVIL, detail: EVIL, code: EVIL, position: 2 };
    const known = { canonical_smiles: EVIL, inchikey: EVIL, warnings, predictions: [prediction] };
    const head = { name: EVIL, title: EVIL, unit: EVIL, kind: 'ridge', status: 'experimental', reason: EVIL };
    const found = { rank: 0, score: 1, molecule_key: EVIL, canonical_smiles: EVIL };
    const body = asked.path.includes('similarity')
      ? { model, items: [found] }
      : asked.path.includes('models')
        ? { ...model, heads: [head], targets: [] }
        : {
            model,
            items: [
              { index: 0, status: 'ok', ...known },
              { index: 1, status: 'error', error },
            ],
          };
    json(200, body)(response, asked);
  };

  test('shows markup as the text that it is', async () => {
    await open(evil);

    await predict(`${EVIL} ${EVIL}\n${EVIL}`);
    await tab().page.getByRole('listitem').first().waitFor();

    const { page, urls } = tab();
    expect(await page.locator('#results').innerText()).toContain(EVIL);
    expect(await page.locator('#results script, #results [onerror], #results img:not([src^="data:"])').count()).toBe(0);
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(urls.filter((url) => url.endsWith('/x'))).toEqual([]);
  });

  test('tells a problem with its request, as text', async () => {
    await open(problem(422, EVIL, { 'x-request-id': 'r-42' }));

    await predict('C');
    const alert = tab().page.getByRole('alert').filter({ hasText: 'r-42' });
    await alert.waitFor();

    expect(await alert.innerText()).toContain(EVIL);
    expect(await tab().page.evaluate('window.hit')).toBeUndefined();
    expect(await tab().page.getByRole('button', { name: 'Predict' }).isEnabled()).toBe(true);
  });

  test('gives predictions though neighbours and the model’s description are refused', async () => {
    const only: Step = (response, asked) =>
      (asked.path === '/v1/predictions' ? evil : problem(403, 'The token lacks the scope'))(response, asked);
    await open(only);

    await predict('C\nCC');
    await tab().page.getByText('No neighbours: The token lacks the scope').waitFor();

    expect(await tab().page.getByRole('article').count()).toBe(2);
  });

  test('answers the question that was asked last', async () => {
    let release = (): void => undefined;
    const slow: Step = (response, asked) => {
      if (!asked.text.includes('"SLOW"')) return evil(response, asked);
      release = () => evil(response, asked);
    };
    await open(slow);
    const { page } = tab();
    await predict('SLOW\nSLOW');
    await page.getByText('Predicting 2 structures').waitFor();

    await page.getByLabel('Structures').fill('FAST first\nFAST second');
    await page.getByLabel('Structures').press('Control+Enter');
    await page.getByRole('article').first().waitFor();
    release();

    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['first line 1', 'second line 2']);
  });

  test('refuses more lines than anybody reads, and none at all, without asking', async () => {
    await open(evil);
    const alert = tab().page.getByRole('alert');

    await predict('C\n'.repeat(201));
    await alert.filter({ hasText: 'more than the 200' }).waitFor();
    await predict(' \n');
    await alert.filter({ hasText: 'at least one structure' }).waitFor();

    expect(api.asked).toEqual([]);
  });
});

describe('the picture of the page', () => {
  test('is a PNG of a size that documents can hold', () => {
    const bytes = readFileSync(picture);

    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.length).toBeGreaterThan(20_000);
    expect(bytes.length).toBeLessThan(600_000);
  });
});
