/** Where a source lies, taken apart: the estate file has one text for each kind of source. */
import type { SourceKind } from './estate.ts';

export type SourceLocation =
  | { readonly kind: 'nfs' | 'smb'; readonly host: string; /** Export, or share and folder. */ readonly path: string }
  | {
      readonly kind: 'hdfs';
      readonly nameNodes: readonly { readonly host: string; readonly port: number }[];
      readonly path: string;
    }
  | {
      readonly kind: 'object-store';
      readonly protocol: 'HTTP' | 'HTTPS';
      readonly host: string;
      readonly port: number;
      readonly bucket: string;
      readonly path: string;
    }
  | { readonly kind: 'azure-blob'; /** Of the container. */ readonly url: string; readonly path: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly path: string }
  | { readonly kind: 'efs'; readonly fileSystem: string; readonly path: string };

/** Kinds of sources that DataSync reads. */
export type TransferableKind = SourceLocation['kind'];

const HOST = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?`;

interface Shape<L extends SourceLocation = SourceLocation> {
  /** As a person writes it. */
  readonly written: string;
  readonly pattern: RegExp;
  take(groups: Readonly<Record<string, string | undefined>>): L;
}

const shapes: { readonly [K in TransferableKind]: Shape } = {
  nfs: {
    written: 'filer.example.com:/export/lab',
    pattern: new RegExp(`^(?<host>${HOST}):(?<path>/.*)$`),
    take: (g) => ({ kind: 'nfs', host: g['host'] ?? '', path: g['path'] ?? '' }),
  },
  smb: {
    written: '//filer.example.com/share/folder',
    pattern: new RegExp(`^//(?<host>${HOST})(?<path>/.+)$`),
    take: (g) => ({ kind: 'smb', host: g['host'] ?? '', path: g['path'] ?? '' }),
  },
  hdfs: {
    written: 'hdfs://namenode.example.com:8020/data',
    pattern: new RegExp(String.raw`^hdfs://(?<nodes>${HOST}(?::\d+)?(?:,${HOST}(?::\d+)?)*)(?<path>/.*)?$`),
    take: (g) => ({
      kind: 'hdfs',
      nameNodes: (g['nodes'] ?? '').split(',').map((node) => {
        const [host = '', port = '8020'] = node.split(':');
        return { host, port: Number(port) };
      }),
      path: g['path'] ?? '/',
    }),
  },
  'object-store': {
    written: 'https://objects.example.com:9000/bucket/folder',
    pattern: new RegExp(
      String.raw`^(?<protocol>https?)://(?<host>${HOST})(?::(?<port>\d+))?/(?<bucket>[A-Za-z0-9_.$()+-]{3,63})(?<path>/.*)?$`,
    ),
    take: (g) => ({
      kind: 'object-store',
      protocol: g['protocol'] === 'http' ? 'HTTP' : 'HTTPS',
      host: g['host'] ?? '',
      port: Number(g['port'] ?? (g['protocol'] === 'http' ? 80 : 443)),
      bucket: g['bucket'] ?? '',
      path: g['path'] ?? '/',
    }),
  },
  'azure-blob': {
    written: 'https://account.blob.core.windows.net/container/folder',
    pattern: new RegExp(String.raw`^(?<url>https://${HOST}/[A-Za-z0-9$-]{3,63})(?<path>/.*)?$`),
    take: (g) => ({ kind: 'azure-blob', url: g['url'] ?? '', path: g['path'] ?? '/' }),
  },
  s3: {
    written: 's3://bucket/folder',
    pattern: /^(?:s3:\/\/|arn:aws[\w-]*:s3:::)?(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?<path>\/.*)?$/,
    take: (g) => ({ kind: 's3', bucket: g['bucket'] ?? '', path: g['path'] ?? '/' }),
  },
  efs: {
    written: 'fs-0123456789abcdef0:/folder',
    pattern: /^(?<fileSystem>fs-(?:[0-9a-f]{8}|[0-9a-f]{17}))(?::(?<path>\/.*))?$/,
    take: (g) => ({ kind: 'efs', fileSystem: g['fileSystem'] ?? '', path: g['path'] ?? '/' }),
  },
};

export const isTransferable = (kind: SourceKind): kind is TransferableKind => kind in shapes;

/** Takes a location apart. Throws a RangeError that shows how one of the kind is written. */
export function parseLocation(kind: TransferableKind, text: string | undefined): SourceLocation {
  const shape = shapes[kind];
  const found = shape.pattern.exec(text ?? '');
  if (!found)
    throw new RangeError(
      `${JSON.stringify(text ?? '')} is no location of kind ${kind}; write it like ${shape.written}`,
    );
  return shape.take(found.groups ?? {});
}

/** A folder below another, with one slash between and at both ends; `.` is the folder itself. */
export function folderBelow(path: string, below: string): string {
  const parts = [...path.split('/'), ...below.split('/')].filter((p) => p !== '' && p !== '.');
  return parts.length ? `/${parts.join('/')}/` : '/';
}
