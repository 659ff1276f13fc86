/** Letters of authorization: what a carrier needs to lay the cross-connect. */
import {
  DescribeLoaCommand,
  DirectConnectClientException,
  type DirectConnectClient,
} from '@aws-sdk/client-direct-connect';
import { sha256 } from '../evidence.ts';
import { UserError } from '../errors.ts';
import { type DxTarget, dxClient, dxOf, pick, readLines } from './lines.ts';
import { archive, type Evidence } from './record.ts';

export interface Letter {
  readonly connection: string;
  readonly pdf: Uint8Array;
  readonly sha256: string;
  /** Of the record. @default not archived: a dry run */
  readonly evidence?: string;
}

/**
 * Gets the letter of a dedicated connection and archives it. Throws a UserError when AWS has not written it yet, or when the
 * connection is a partner's.
 */
export async function fetchLetter(
  target: DxTarget,
  connection: string,
  evidence: Evidence | undefined,
  dx: DirectConnectClient = dxClient(),
): Promise<Letter> {
  const { connections } = dxOf(target);
  const lines = await readLines(target, dx);
  const found = pick('connection', connection, Object.keys(connections), lines.connections, target.environmentName);
  const declared = connections[connection];
  if (declared?.hosted) throw new UserError(`connection ${connection} is hosted; its partner has the letter`);
  const pdf = await contentOf(found.connectionId ?? '', declared?.provider, dx).catch((cause: unknown) => {
    if (!(cause instanceof DirectConnectClientException)) throw cause;
    throw new UserError(
      `AWS has no letter for connection ${connection} yet (${found.connectionState}: ${cause.message}); it takes up to 72 hours after the order`,
      { exitCode: 1, cause },
    );
  });
  const hash = sha256(pdf);
  if (!evidence) return { connection, pdf, sha256: hash };
  const key = await archive(evidence, {
    action: 'loa',
    subject: connection,
    mark: hash.slice(0, 12),
    facts: { connectionId: found.connectionId, location: found.location, bytes: pdf.length, sha256: hash },
    files: { 'loa.pdf': { body: pdf, contentType: 'application/pdf' } },
  });
  return { connection, pdf, sha256: hash, evidence: key };
}

async function contentOf(
  connectionId: string,
  provider: string | undefined,
  dx: DirectConnectClient,
): Promise<Uint8Array> {
  const { loaContent } = await dx.send(
    new DescribeLoaCommand({
      connectionId,
      loaContentType: 'application/pdf',
      ...(provider !== undefined && { providerName: provider }),
    }),
  );
  if (!loaContent?.length)
    throw new UserError(`AWS answered with an empty letter for ${connectionId}`, { exitCode: 1 });
  return loaContent;
}
