import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { buildSpec, buildVariables } from '../../lib/images/build-spec.ts';
import { resourcesOf, template, templates } from './support/assembly.ts';

const images = template('dev', 'images');

describe('images that are built in AWS', () => {
  it('lie in a repository whose tags never change, scanned when they come', () => {
    images.hasResourceProperties('AWS::ECR::Repository', {
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: Match.objectLike({ EncryptionType: 'KMS' }),
      LifecyclePolicy: Match.objectLike({ LifecyclePolicyText: Match.stringLikeRegexp('imageCountMoreThan') }),
    });
  });

  it('are built from the source asset by a project that can run a container engine', () => {
    images.hasResourceProperties('AWS::CodeBuild::Project', {
      Source: Match.objectLike({ Type: 'S3' }),
      Environment: Match.objectLike({ PrivilegedMode: true }),
    });
  });

  it('are what the tasks run, so that these wait for the build', () => {
    const used = [...resourcesOf('dev', 'AWS::ECS::TaskDefinition').values()].map((t) => JSON.stringify(t.Properties));

    expect(used.length).toBeGreaterThan(1);
    expect(used.filter((text) => !text.includes('bpc-dev-images:'))).toEqual([]);
  });

  it('need no container engine where the app is deployed from', () => {
    const assets = JSON.stringify([...templates].filter(([path]) => path.startsWith('dev/')));

    expect(assets).not.toContain('container-assets');
  });

  it('are built where the app is deployed from unless the estate says otherwise', () => {
    expect(templates.has('prod/images')).toBe(false);
  });
});

describe('the build', () => {
  const text = JSON.stringify(buildSpec('1.dkr.ecr.eu-central-1.amazonaws.com/bpc-dev/transformer'));

  it('uses each variable that it is started with', () => {
    expect(buildVariables.filter((name) => !text.includes(`$${name}`))).toEqual([]);
  });

  it('answers the deployment after a failure, too', () => {
    const { phases } = buildSpec('r') as { phases: { post_build: { commands: string[] } } };

    expect(phases.post_build.commands.join('\n')).toMatch(/CODEBUILD_BUILD_SUCCEEDING[^]*STATUS=FAILED[^]*curl/);
  });
});
