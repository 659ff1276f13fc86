/** Who asked what, when, with which outcome: no structure and no token. */
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * One JSON line a request. The route stands for the path, which may hold an InChIKey; queries, headers, bodies and what API
 * Gateway says of a refused body are left out, for they may quote a structure.
 */
export const accessLogFormat = (): AccessLogFormat =>
  AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      time: AccessLogField.contextRequestTime(),
      sourceIp: AccessLogField.contextIdentitySourceIp(),
      method: AccessLogField.contextHttpMethod(),
      route: AccessLogField.contextResourcePath(),
      status: AccessLogField.contextStatus(),
      refusedAs: AccessLogField.contextErrorResponseType(),
      client: AccessLogField.contextAuthorizerClaims('client_id'),
      subject: AccessLogField.contextAuthorizerClaims('sub'),
      apiKeyId: AccessLogField.contextIdentityApiKeyId(),
      firewall: AccessLogField.contextWafResponseCode(),
      latencyMs: AccessLogField.contextResponseLatency(),
      functionMs: AccessLogField.contextIntegrationLatency(),
      functionStatus: AccessLogField.contextIntegrationStatus(),
      bytes: AccessLogField.contextResponseLength(),
      trace: AccessLogField.contextXrayTraceId(),
    }),
  );
