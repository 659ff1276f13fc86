/** Gives a token for each request. */
export interface TokenSource {
    /** A token that is still good; concurrent callers share one request for it. */
    get(): Promise<string>;
    /** Called when the API refused this token: the next `get` must give another one. */
    drop(token: string): void;
    /** Key of the usage plan of whoever signs in: for applications of Decant, the id of their client. */
    readonly apiKey?: string;
}
export interface ClientCredentials {
    /** `https://<domain>/oauth2/token` of the user pool. */
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    /** Such as `decant/predictions.write`. @default all that the client may have */
    readonly scopes?: readonly string[];
    readonly fetch?: typeof fetch;
    /** Milliseconds since 1970. @default Date.now */
    readonly now?: () => number;
}
/** OAuth 2.0 client credentials: one token at a time, kept until shortly before it ends. Throws a SignInError. */
export declare function clientCredentials(options: ClientCredentials): TokenSource;
/** A token that somebody else looks after: the token itself, or a function that is asked before each request. */
export declare function bearer(token: string | (() => string | Promise<string>)): TokenSource;
