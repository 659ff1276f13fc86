import { PutObjectCommand } from '@aws-sdk/client-s3';
import { arch } from 'node:process';
import { inlineFunction } from '../aws.ts';
import type { Check } from './check.ts';

/** A layer whose package `picomatch` is the text "layer". */
const LAYER =
  'UEsDBBQAAAAAAAAAIVxj9oasFgAAABYAAAAmAAAAbm9kZWpzL25vZGVfbW9kdWxlcy9waWNvbWF0Y2gvaW5kZXguanNtb2R1bGUuZXhwb3J0cz0nbGF5ZXInUEsBAhQDFAAAAAAAAAAhXGP2hqwWAAAAFgAAACYAAAAAAAAAAAAAAKQBAAAAAG5vZGVqcy9ub2RlX21vZHVsZXMvcGljb21hdGNoL2luZGV4LmpzUEsFBgAAAAABAAEAVAAAAFoAAAAAAA==';

const definition = {
  openapi: '3.0.1',
  info: { title: 'checked', version: '1' },
  paths: {
    '/a': {
      post: {
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } } },
        responses: {},
        'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri: 'nobody' },
      },
    },
  },
  components: { schemas: { A: { type: 'object', required: ['items'] } } },
  'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true } },
  'x-amazon-apigateway-request-validator': 'all',
  'x-amazon-apigateway-gateway-responses': {
    BAD_REQUEST_BODY: { statusCode: '422', responseTemplates: { 'application/json': '{"refused":true}' } },
  },
};

const api = (version: string) => ({
  Api: {
    Type: 'AWS::ApiGateway::RestApi',
    Properties: { Name: 'checked', Body: { ...definition, info: { title: 'checked', version } } },
  },
  Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
  Stage: {
    Type: 'AWS::ApiGateway::Stage',
    Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployment' }, StageName: 's' },
  },
});

/** What the API answers to a body that its model refuses. */
const refused = async (endpoint: string, id: string | undefined) => {
  const answer = await fetch(`${endpoint}/_aws/execute-api/${id}/s/a`, { method: 'POST', body: '{}' });
  return answer.status === 422 ? answer.text() : 'not refused by the model';
};

export const apiChecks: readonly Check[] = [
  {
    gap: 'api_definition',
    title: 'an API refuses by models and in words of its definition, and a changed definition leaves its address',
    observe: async (aws) => {
      const outputs = { Id: { Ref: 'Api' } };
      const stack = await aws.stack(api('1'), outputs);
      const first = await refused(aws.endpoint, stack.outputs['Id']);
      const changed = await aws.update(stack.name, api('2'), outputs);
      const second = await refused(aws.endpoint, changed.outputs['Id']);
      return [first, second, changed.outputs['Id'] === stack.outputs['Id']];
    },
    mended: ['{"refused":true}', '{"refused":true}', true],
    open: ['not refused by the model', 'not refused by the model', false],
  },
  {
    gap: 'lambda_layers',
    title: 'a layer for another processor is none that this machine loads',
    observe: async (aws) => {
      const S3Bucket = await aws.bucket();
      await aws.s3.send(
        new PutObjectCommand({ Bucket: S3Bucket, Key: 'layer.zip', Body: Buffer.from(LAYER, 'base64') }),
      );
      const code = `exports.handler = async () => ({ from: typeof require('picomatch') === 'string' ? 'layer' : 'project' });`;
      const program = inlineFunction(code);
      const { outputs } = await aws.stack(
        {
          L: {
            Type: 'AWS::Lambda::LayerVersion',
            Properties: {
              Content: { S3Bucket, S3Key: 'layer.zip' },
              CompatibleArchitectures: [arch === 'arm64' ? 'x86_64' : 'arm64'],
            },
          },
          F: { ...program, Properties: { ...program.Properties, Layers: [{ Ref: 'L' }] } },
        },
        { Arn: { 'Fn::GetAtt': ['F', 'Arn'] } },
      );
      const { output } = await aws.execute({
        StartAt: 'Ask',
        States: { Ask: { Type: 'Task', Resource: outputs['Arn'], End: true } },
      });
      return (JSON.parse(output ?? '{}') as { from?: string }).from;
    },
    mended: 'project',
    open: 'layer',
  },
];
