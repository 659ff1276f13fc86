/** The S3 client of deliveries: many sockets, and no checksum that is computed twice. */
import { S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from '../aws.ts';

const UNSIGNED = 'UNSIGNED-PAYLOAD';

/**
 * Bodies carry a CRC-32 that S3 checks, and its header is signed. Signing the body as well would hash it a second time;
 * that is left out where nobody can change bytes under way: over TLS, and to this machine itself.
 */
export function putClient(): S3Client {
  const client = new S3Client({
    ...clientConfig(),
    forcePathStyle: Boolean(process.env['AWS_ENDPOINT_URL'] ?? process.env['AWS_ENDPOINT_URL_S3']),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as {
        protocol: string;
        hostname: string;
        method: string;
        headers: Record<string, string>;
      };
      const safe = request.protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(request.hostname);
      if (safe && request.method === 'PUT') request.headers['x-amz-content-sha256'] = UNSIGNED;
      return next(args);
    },
    { step: 'build', name: 'unsignedPayload' },
  );
  return client;
}
