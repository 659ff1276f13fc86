/** The page to try the prediction API: its files, and what its server tells it. */

/** Every file that is served below `/ui/`, with its type; nothing else is, whatever lies beside them. */
export const pageFiles = {
  'index.html': 'text/html; charset=utf-8',
  'reference.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'reference.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'draw.js': 'text/javascript; charset=utf-8',
  'reference.js': 'text/javascript; charset=utf-8',
  'openapi.json': 'application/json',
  'icon.svg': 'image/svg+xml',
  'licenses.txt': 'text/plain; charset=utf-8',
} as const;
export type PageFile = keyof typeof pageFiles;

/** Made by the server for each environment; the page reads it first. */
export const PAGE_CONFIG = 'config.json';

/** How people sign in. */
export type SignIn =
  /** On the hosted pages of the user pool, whose address is `domain`: authorisation code with PKCE. */
  | { readonly kind: 'code'; readonly domain: string; readonly clientId: string; readonly scopes: readonly string[] }
  /** The address that `decant local page` prints carries a key; its server holds the token. */
  | { readonly kind: 'key' };

export interface PageConfig {
  readonly environment: string;
  readonly signIn: SignIn;
}
