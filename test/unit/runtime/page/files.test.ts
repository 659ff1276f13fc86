import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PageConfig } from '../../../../protocol/page.ts';
import { contentSecurityPolicy, PageFiles } from '../../../../runtime/page/files.ts';

const code: PageConfig = {
  environment: 'dev',
  signIn: { kind: 'code', domain: 'https://sign.example', clientId: 'c', scopes: ['openid'] },
};
const key: PageConfig = { environment: 'local', signIn: { kind: 'key' } };
const folder = mkdtempSync(join(tmpdir(), 'decant-page-'));
for (const name of ['index.html', 'page.js', 'index.js', 'contracts.json'])
  writeFileSync(join(folder, name), `this is ${name}`);
const files = new PageFiles(folder);

describe('the files of the page', () => {
  test('are answered with their type and a tag', async () => {
    const { status, headers, body } = await files.answer('index.html', key);

    expect([status, body]).toEqual([200, 'this is index.html']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
  });

  test('are not sent again to who has them', async () => {
    const { headers } = await files.answer('page.js', key);

    const again = await files.answer('page.js', key, headers['etag']);
    const other = await files.answer('index.html', key, headers['etag']);

    expect([again.status, again.body, other.status]).toEqual([304, '', 200]);
  });

  test.each(['index.js', 'contracts.json', '../package.json', '..%2fpackage.json', '__proto__', 'toString', ''])(
    'are no other files, such as %j, though they lie there',
    async (name) => {
      const { status, headers } = await files.answer(name, key);

      expect([status, headers['content-type']]).toEqual([404, 'application/problem+json']);
    },
  );

  test('include what the server says, which is never kept', async () => {
    const { headers, body } = await files.answer('config.json', code);

    expect(headers['cache-control']).toBe('no-store');
    expect(JSON.parse(body)).toEqual(code);
  });

  test('that should be there and cannot be read are an error, and are read again the next time', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'decant-page-'));
    const late = new PageFiles(empty);

    await expect(late.answer('page.css', key)).rejects.toThrow('ENOENT');

    writeFileSync(join(empty, 'page.css'), 'body {}');
    expect(await late.answer('page.css', key)).toMatchObject({ status: 200, body: 'body {}' });
  });
});

describe('the policy of the page', () => {
  test('lets in scripts and styles of its own alone, nothing inline and no frame', () => {
    const policy = contentSecurityPolicy(key);

    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  test('lets the page ask where people sign in, and nobody else', () => {
    expect(contentSecurityPolicy(code)).toContain("connect-src 'self' https://sign.example;");
  });
});
