/** The reference of the API, drawn from its OpenAPI document, with requests that can be tried by who is signed in. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import { apiBase, readConfig } from './config.ts';
import { openSession } from './sign-in.ts';

interface Request {
  url: string;
  headers: Record<string, string>;
}

async function start(): Promise<void> {
  const [config, document_] = await Promise.all([
    readConfig(),
    fetch('openapi.json').then((answer) => answer.json() as Promise<Record<string, unknown>>),
  ]);
  const session = await openSession(config.signIn);
  SwaggerUI({
    spec: { ...document_, servers: [{ url: apiBase() }] },
    dom_id: '#reference',
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    requestInterceptor: async (request: Request): Promise<Request> => {
      // The token goes to this API and nowhere else.
      if (session.signedIn && request.url.startsWith(`${apiBase()}/v1/`)) {
        request.headers['Authorization'] = `Bearer ${await session.get()}`;
        if (session.apiKey !== undefined) request.headers['x-api-key'] = session.apiKey;
      }
      return request;
    },
  });
}

start().catch((error: unknown) => {
  document.getElementById('reference')?.append(`The reference cannot be shown: ${String(error)}`);
});
