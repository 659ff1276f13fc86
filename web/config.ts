/** What the page's server says. Every address is relative: the page lies below the API's stage, whatever that is called. */
import { PAGE_CONFIG, type PageConfig } from '../protocol/page.ts';

export async function readConfig(): Promise<PageConfig> {
  const answer = await fetch(PAGE_CONFIG, { cache: 'no-store' });
  if (!answer.ok) throw new Error(`the page's server answered ${answer.status}`);
  return (await answer.json()) as PageConfig;
}

/** Address of the API's stage, without a slash at its end. */
export const apiBase = (): string => new URL('..', location.href).href.replace(/\/$/, '');
