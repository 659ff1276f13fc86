/** A loopback S3 that checks what it is sent and discards it, and the one answer of Systems Manager that the CLI asks for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';

const places = JSON.parse(process.env['PLACES'] ?? '{}') as Record<string, string>;
let objects = 0;
let bytes = 0;
let bad = 0;

/** Bytes of a body and their CRC-32, and the CRC-32 that was stated for them. */
function check(request: IncomingMessage, crc: number, size: number): void {
  const stated = request.headers['x-amz-checksum-crc32'];
  const found = Buffer.alloc(4);
  found.writeUInt32BE(crc >>> 0);
  if (typeof stated !== 'string' || stated !== found.toString('base64')) bad += 1;
  bytes += size;
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '' } = request;
  const xml = (text: string) => response.setHeader('content-type', 'application/xml').end(text);
  if (url === '/stats') {
    response.end(JSON.stringify({ objects, bytes, bad }));
    objects = bytes = bad = 0;
  } else if (request.headers['x-amz-target'] === 'AmazonSSM.GetParametersByPath') {
    const Parameters = Object.entries(places).map(([Name, Value]) => ({ Name, Value, Type: 'String' }));
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify({ Parameters }));
  } else if (method === 'GET') {
    xml('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
  } else if (method === 'POST' && url.includes('uploads')) {
    xml('<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>');
  } else if (method === 'POST') {
    objects += 1;
    xml('<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>');
  } else if (url.includes('?tagging')) {
    response.end();
  } else {
    if (!url.includes('partNumber')) objects += 1;
    response.setHeader('etag', '"e"').end();
  }
}

const server = createServer((request, response) => {
  let crc = 0;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    crc = crc32(chunk, crc);
    size += chunk.length;
  });
  request.on('end', () => {
    if (request.method === 'PUT' && !request.url?.includes('?tagging')) check(request, crc, size);
    answer(request, response);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
});
