/** Serves the page to try the API, from the files beside it. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { PageEnv } from '../../protocol/env.ts';
import type { PageConfig } from '../../protocol/page.ts';
import { RESOURCE_SERVER, scopes } from '../../protocol/prediction.ts';
import { readEnv } from '../../runtime/env.ts';
import { PageFiles } from '../../runtime/page/files.ts';

const files = new PageFiles(__dirname);

export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  const name = event.pathParameters?.['file'];
  if (name === undefined) return redirect(event.requestContext.path);
  const tag = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === 'if-none-match')?.[1];
  const { status, headers, body } = await files.answer(name, config(), tag);
  return { statusCode: status, headers: { ...headers }, body };
}

/** To the page, from the stage's root or `/ui`; the path holds the stage's name where the address does. */
const redirect = (path: string): APIGatewayProxyResult => ({
  statusCode: 302,
  headers: { location: `${path.replace(/\/(ui\/?)?$/, '')}/ui/index.html`, 'cache-control': 'no-store' },
  body: '',
});

function config(): PageConfig {
  const { environment, signInDomain: domain, signInClient: clientId } = readEnv(PageEnv);
  const wanted = Object.keys(scopes).map((scope) => `${RESOURCE_SERVER}/${scope}`);
  return { environment, signIn: { kind: 'code', domain, clientId, scopes: ['openid', ...wanted] } };
}
