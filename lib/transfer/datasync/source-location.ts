/** The source side of a DataSync task: one location for each dataset, in the folder that its paths begin at. */
import { Stack } from 'aws-cdk-lib';
import {
  CfnLocationAzureBlob,
  CfnLocationEFS,
  CfnLocationHDFS,
  CfnLocationNFS,
  CfnLocationObjectStorage,
  CfnLocationSMB,
} from 'aws-cdk-lib/aws-datasync';
import type { Construct } from 'constructs';
import type { DatasyncTransfer } from '../../../protocol/datasync.ts';
import type { Source } from '../../../protocol/estate.ts';
import { folderBelow } from '../../../protocol/source-location.ts';
import type { EstateContext } from '../../base/context.ts';
import type { SecretConfig } from './secret.ts';
import { bucketLocation } from './source-bucket.ts';

/** Makes the location. Returns its ARN. */
export function sourceLocation(
  scope: Construct,
  context: EstateContext,
  transfer: DatasyncTransfer,
  secret: SecretConfig | undefined,
): string {
  const { from, location, path } = transfer;
  const agentArns = [...transfer.agents];
  const subdirectory = folderBelow(location.path, path);
  const custom = secret && { customSecretConfig: secret };
  const optionalAgents = agentArns.length > 0 && { agentArns };
  switch (location.kind) {
    case 'nfs':
      return new CfnLocationNFS(scope, 'source', {
        serverHostname: location.host,
        subdirectory,
        onPremConfig: { agentArns },
      }).attrLocationArn;
    case 'smb':
      return new CfnLocationSMB(scope, 'source', {
        serverHostname: location.host,
        subdirectory,
        agentArns,
        ...smbSignIn(from),
        ...custom,
      }).attrLocationArn;
    case 'hdfs':
      return new CfnLocationHDFS(scope, 'source', {
        nameNodes: location.nameNodes.map(({ host, port }) => ({ hostname: host, port })),
        subdirectory,
        agentArns,
        ...(from.kerberos
          ? { authenticationType: 'KERBEROS', ...kerberos(from.kerberos) }
          : { authenticationType: 'SIMPLE', ...(from.user !== undefined && { simpleUser: from.user }) }),
        // What Hadoop calls privacy: signed and encrypted, on the wire too.
        qopConfiguration: { rpcProtection: 'PRIVACY', dataTransferProtection: 'PRIVACY' },
        ...(from.keyProvider !== undefined && { kmsKeyProviderUri: from.keyProvider }),
        ...custom,
      }).attrLocationArn;
    case 'object-store':
      return new CfnLocationObjectStorage(scope, 'source', {
        serverHostname: location.host,
        serverPort: location.port,
        serverProtocol: location.protocol,
        bucketName: location.bucket,
        subdirectory,
        ...(from.user !== undefined && { accessKey: from.user }),
        ...(from.certificate !== undefined && { serverCertificate: base64(from.certificate) }),
        ...custom,
        ...optionalAgents,
      }).attrLocationArn;
    case 'azure-blob':
      return new CfnLocationAzureBlob(scope, 'source', {
        azureBlobContainerUrl: location.url,
        azureBlobAuthenticationType: secret ? 'SAS' : 'NONE',
        azureBlobType: 'BLOCK',
        subdirectory,
        ...custom,
        ...optionalAgents,
      }).attrLocationArn;
    case 'efs':
      return efsLocation(scope, from, location.fileSystem, subdirectory);
    case 's3':
      return bucketLocation(scope, context, { ...transfer, location });
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const kerberos = ({ principal, krb5Conf }: NonNullable<Source['kerberos']>) => ({
  kerberosPrincipal: principal,
  kerberosKrb5Conf: base64(krb5Conf),
});

const smbSignIn = ({ kerberos: realm, user, domain }: Source) =>
  realm
    ? {
        authenticationType: 'KERBEROS',
        ...kerberos(realm),
        ...(realm.dns.length > 0 && { dnsIpAddresses: realm.dns }),
      }
    : { authenticationType: 'NTLM', ...(user !== undefined && { user }), ...(domain !== undefined && { domain }) };

function efsLocation(scope: Construct, from: Source, fileSystem: string, subdirectory: string): string {
  const stack = Stack.of(scope);
  const ec2 = (resource: string, id: string): string => stack.formatArn({ service: 'ec2', resource, resourceName: id });
  return new CfnLocationEFS(scope, 'source', {
    efsFilesystemArn: stack.formatArn({
      service: 'elasticfilesystem',
      resource: 'file-system',
      resourceName: fileSystem,
    }),
    subdirectory,
    inTransitEncryption: 'TLS1_2',
    ec2Config: {
      subnetArn: ec2('subnet', from.subnet ?? ''),
      securityGroupArns: (from.securityGroups ?? []).map((id) => ec2('security-group', id)),
    },
  }).attrLocationArn;
}
