/** Where access tokens come from. */
import { DecantError, SignInError } from './errors.js';
/** A token is renewed this long before it ends, so that no request is under way when it does. */
const MARGIN_MS = 60_000;
const TOKEN_TIMEOUT_MS = 20_000;
/** OAuth 2.0 client credentials: one token at a time, kept until shortly before it ends. Throws a SignInError. */
export function clientCredentials(options) {
    const now = options.now ?? Date.now;
    let current;
    let refused;
    let requests = 0;
    return {
        apiKey: options.clientId,
        async get() {
            const before = requests;
            for (;;) {
                const asking = (current ??= requestToken(options, now, ++requests));
                let given;
                try {
                    given = await asking;
                }
                catch (error) {
                    if (current === asking)
                        current = undefined;
                    throw error;
                }
                const good = now() < given.until && given.token !== refused;
                // What was asked for since this call began is the best there is.
                if (good || given.number > before)
                    return given.token;
                if (current === asking)
                    current = undefined;
            }
        },
        drop(token) {
            refused = token;
        },
    };
}
async function requestToken(o, now, number) {
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (o.scopes?.length)
        form.set('scope', o.scopes.join(' '));
    // RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    const basic = btoa([o.clientId, o.clientSecret].map(encodeURIComponent).join(':'));
    const asked = now();
    let text;
    let status;
    try {
        const answer = await (o.fetch ?? fetch)(o.tokenUrl, {
            method: 'POST',
            headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
            body: form.toString(),
            signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
        });
        status = answer.status;
        text = await answer.text();
    }
    catch (cause) {
        throw new SignInError(`no answer from ${o.tokenUrl}`, { cause });
    }
    const body = parse(text);
    if (status !== 200) {
        const why = typeof body['error'] === 'string' ? body['error'] : 'it says no more';
        throw new SignInError(`${o.tokenUrl} answered ${status}: ${why}`);
    }
    const { access_token: token, expires_in: seconds } = body;
    if (typeof token !== 'string' || typeof seconds !== 'number')
        throw new SignInError(`${o.tokenUrl} gave no token`);
    // A token that lives for less than the margin is good for half its life.
    return { token, until: asked + Math.max(seconds * 1000 - MARGIN_MS, seconds * 500), number };
}
function parse(text) {
    try {
        return (JSON.parse(text) ?? {});
    }
    catch {
        return {};
    }
}
/** A token that somebody else looks after: the token itself, or a function that is asked before each request. */
export function bearer(token) {
    return {
        get: async () => {
            const value = typeof token === 'string' ? token : await token();
            if (!value)
                throw new DecantError('there is no access token');
            return value;
        },
        drop: () => undefined,
    };
}
