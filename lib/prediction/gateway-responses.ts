/** What API Gateway answers by itself, as the API's own problems: RFC 9457, with the request's id. */

interface GatewayResponseExtension {
  readonly statusCode?: string;
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

interface Answer {
  /** API Gateway's name (developer guide, supported-gateway-response-types). */
  readonly type: string;
  /** Ends the problem's type. */
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  /** @default none: several kinds of errors are answered so, each with its own status */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const answer = (
  type: string,
  status: number | undefined,
  name: string,
  title: string,
  detail: string,
  headers?: Record<string, string>,
): Answer => ({ type, name, title, detail, ...(status && { status }), ...(headers && { headers }) });

const SIGN_IN = { 'WWW-Authenticate': 'Bearer' };
const retryAfter = (seconds: number): Record<string, string> => ({ 'Retry-After': String(seconds) });
const NOT_KNOWN = 'Who asks is not known';
const NOT_ALLOWED = 'The token does not allow this';
const TOO_MANY = 'Too many requests';
const BROKEN = 'Something broke';

/**
 * Every type that a client of this API can meet. Details are constants: what API Gateway would say may quote the body, which
 * is a structure, and its texts are no JSON strings.
 */
export const gatewayAnswers: readonly Answer[] = [
  answer('DEFAULT_4XX', undefined, 'refused', 'The request is refused', 'API Gateway refuses the request'),
  answer('DEFAULT_5XX', undefined, 'internal', BROKEN, 'The request was not answered', retryAfter(5)),
  answer(
    'UNAUTHORIZED',
    401,
    'unauthorized',
    NOT_KNOWN,
    'the access token is missing, expired, foreign, or without the scope of the route',
    SIGN_IN,
  ),
  answer('EXPIRED_TOKEN', 401, 'unauthorized', NOT_KNOWN, 'the access token has expired', SIGN_IN),
  answer('INVALID_SIGNATURE', 401, 'unauthorized', NOT_KNOWN, 'the signature is not valid', SIGN_IN),
  answer('ACCESS_DENIED', 403, 'forbidden', NOT_ALLOWED, 'the caller may not reach this API'),
  answer('INVALID_API_KEY', 403, 'forbidden', NOT_ALLOWED, 'the header x-api-key must hold the key of an application'),
  answer('WAF_FILTERED', 403, 'forbidden', NOT_ALLOWED, 'the firewall refuses the request'),
  answer(
    'MISSING_AUTHENTICATION_TOKEN',
    404,
    'no-such-route',
    'There is no such route',
    'the API has no such path and method',
  ),
  answer('RESOURCE_NOT_FOUND', 404, 'no-such-route', 'There is no such route', 'the API has no such path and method'),
  answer(
    'BAD_REQUEST_BODY',
    400,
    'malformed-json',
    'The body is no JSON',
    'the body is no JSON, or none of the form that the route takes',
  ),
  answer(
    'BAD_REQUEST_PARAMETERS',
    400,
    'malformed-request',
    'The request is malformed',
    'a parameter that the route needs is missing',
  ),
  answer(
    'REQUEST_TOO_LARGE',
    413,
    'too-large',
    'The request is too large',
    'the body is larger than API Gateway takes',
  ),
  answer(
    'UNSUPPORTED_MEDIA_TYPE',
    415,
    'unsupported-media-type',
    'The content type is not application/json',
    'send application/json',
  ),
  answer('THROTTLED', 429, 'too-many-requests', TOO_MANY, 'more requests a second than allowed', {
    ...retryAfter(1),
  }),
  answer(
    'QUOTA_EXCEEDED',
    429,
    'too-many-requests',
    TOO_MANY,
    'the requests of the day are used up',
    // The day's end is nothing that API Gateway tells; whoever asks by the hour gets on soon after it.
    retryAfter(3600),
  ),
  answer(
    'INTEGRATION_FAILURE',
    503,
    'unavailable',
    'A part that the answer needs does not answer',
    'the function did not answer',
    retryAfter(5),
  ),
  answer(
    'INTEGRATION_TIMEOUT',
    504,
    'unavailable',
    'A part that the answer needs does not answer',
    'the function took too long; ask with fewer molecules',
    retryAfter(5),
  ),
];

/** The body: a template that names nothing of the request but its id. */
const problem = ({ name, title, detail, status }: Answer): string =>
  JSON.stringify({
    type: `urn:decant:problem:${name}`,
    title,
    ...(status && { status }),
    detail,
    instance: 'urn:uuid:$context.requestId',
    request_id: '$context.requestId',
  });

/**
 * As API Gateway imports them. They belong to the definition: an import replaces all that was there, responses that were made
 * otherwise included.
 */
export const gatewayResponses = (): Record<string, GatewayResponseExtension> =>
  Object.fromEntries(
    gatewayAnswers.map((each) => {
      const headers = { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...each.headers };
      const constants = Object.entries(headers).map(([name, value]) => [header(name), `'${value}'`] as const);
      return [
        each.type,
        {
          ...(each.status && { statusCode: String(each.status) }),
          responseParameters: { [header('x-request-id')]: 'context.requestId', ...Object.fromEntries(constants) },
          responseTemplates: { 'application/json': problem(each) },
        },
      ];
    }),
  );

const header = (name: string): string => `gatewayresponse.header.${name}`;
