/** Packages that are files, no code: ONNX Runtime and RDKit. A layer, so that a change of code deploys kilobytes. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { EstateContext } from '../base/context.ts';

export class NativeLayer extends LayerVersion {
  constructor(scope: Construct, context: EstateContext) {
    super(scope, 'native', {
      description: 'ONNX Runtime and RDKit for Node.js, linux/arm64',
      code: Code.fromAsset(context.nativeLayer()),
      compatibleArchitectures: [Architecture.ARM_64],
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
