/** The page to try the prediction API: its files, and what its server tells it. */
import { z } from 'zod';

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

const SignIn = z.discriminatedUnion('kind', [
  /** People sign in on the hosted pages of the user pool: authorisation code with PKCE. */
  z.strictObject({ kind: z.literal('code'), domain: z.url(), clientId: z.string(), scopes: z.array(z.string()) }),
  /** The address that `decant local page` prints carries a key; its server holds the token. */
  z.strictObject({ kind: z.literal('key') }),
]);
export type SignIn = z.infer<typeof SignIn>;

export const PageConfig = z.strictObject({ environment: z.string(), signIn: SignIn });
export type PageConfig = z.infer<typeof PageConfig>;

/**
 * Stage variables of the API that the page's function reads. They are variables of the stage, not of the function: the
 * client names the API's address, and the API names the function, so that the function cannot know the client.
 */
export const PageVariables = {
  environment: 'environment',
  /** `https://<prefix>.auth.<region>.amazoncognito.com`, without a path. */
  signInDomain: 'signInDomain',
  signInClient: 'signInClient',
} as const;
