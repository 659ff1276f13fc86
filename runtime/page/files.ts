/** The page's files as a server answers them: an allow-list, one entity tag each, and headers that let nothing else in. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PAGE_CONFIG, pageFiles, type PageConfig, type PageFile } from '../../protocol/page.ts';

export interface PageAnswer {
  readonly status: 200 | 304 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What a browser may do for the page: load its own files, draw structures (images that the page makes itself), call the
 * API that it came from and the place where people sign in. No inline script or style, no frame around it.
 */
export function contentSecurityPolicy({ signIn }: PageConfig): string {
  const connect = signIn.kind === 'code' ? ` ${new URL(signIn.domain).origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const securityHeaders = (config: PageConfig): Record<string, string> => ({
  'content-security-policy': contentSecurityPolicy(config),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
});

/** Files of one folder, read once each. */
export class PageFiles {
  readonly #folder: string;
  readonly #read = new Map<PageFile, Promise<{ readonly body: string; readonly tag: string }>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers `/ui/<name>`. Rejects only when a file that should be there cannot be read. */
  async answer(name: string, config: PageConfig, ifNoneMatch?: string): Promise<PageAnswer> {
    const secure = securityHeaders(config);
    if (name === PAGE_CONFIG) {
      const headers = { ...secure, 'content-type': 'application/json', 'cache-control': 'no-store' };
      return { status: 200, headers, body: JSON.stringify(config) };
    }
    if (!isPageFile(name)) {
      const problem = { type: 'about:blank', title: 'Not found', status: 404, detail: 'The page has no such file' };
      const headers = { ...secure, 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
      return { status: 404, headers, body: JSON.stringify(problem) };
    }
    const { body, tag } = await this.#load(name);
    const headers = { ...secure, 'content-type': pageFiles[name], 'cache-control': 'no-cache', etag: tag };
    return ifNoneMatch === tag ? { status: 304, headers, body: '' } : { status: 200, headers, body };
  }

  async #load(name: PageFile): Promise<{ readonly body: string; readonly tag: string }> {
    let reading = this.#read.get(name);
    if (!reading) {
      reading = readFile(join(this.#folder, name), 'utf8').then((body) => ({
        body,
        tag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`,
      }));
      reading.catch(() => this.#read.delete(name));
      this.#read.set(name, reading);
    }
    return reading;
  }
}

const isPageFile = (name: string): name is PageFile => Object.hasOwn(pageFiles, name);
