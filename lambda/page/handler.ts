/** Serves the page to try the API, from the files beside it. What it tells the page stands in variables of the API's stage. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { RESOURCE_SERVER, scopes } from '../../protocol/prediction.ts';
import { PageVariables, type PageConfig } from '../../protocol/page.ts';
import { PageFiles } from '../../runtime/page/files.ts';

const files = new PageFiles(__dirname);

export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const name = event.pathParameters?.['file'];
  if (name === undefined) return redirect(event.requestContext.path);
  const tag = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === 'if-none-match')?.[1];
  const { status, headers, body } = await files.answer(name, configOf(event.stageVariables ?? {}), tag);
  return { statusCode: status, headers: { ...headers }, body };
}

/** To the page, from the stage's root or `/ui`; the path holds the stage's name where the address does. */
const redirect = (path: string): APIGatewayProxyResult => ({
  statusCode: 302,
  headers: { location: `${path.replace(/\/(ui\/?)?$/, '')}/ui/index.html`, 'cache-control': 'no-store' },
  body: '',
});

/** Throws when the stage lacks a variable: the API was deployed without what its page needs. */
function configOf(variables: Partial<Record<string, string>>): PageConfig {
  const read = (name: string): string => {
    const value = variables[name];
    if (!value) throw new Error(`the stage has no variable ${name}`);
    return value;
  };
  return {
    environment: read(PageVariables.environment),
    signIn: {
      kind: 'code',
      domain: read(PageVariables.signInDomain),
      clientId: read(PageVariables.signInClient),
      scopes: ['openid', ...Object.keys(scopes).map((scope) => `${RESOURCE_SERVER}/${scope}`)],
    },
  };
}
