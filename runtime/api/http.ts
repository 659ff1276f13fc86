/** Requests and answers, whatever brought them. */

export interface ApiRequest {
  readonly method: string;
  /** Without the stage, as it was sent: still percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly requestId: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where the status has none. */
  readonly body: string;
}

/** What an operation answers: the body is JSON. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Counts for the log: never a structure. */
  readonly log?: Readonly<Record<string, unknown>>;
}
