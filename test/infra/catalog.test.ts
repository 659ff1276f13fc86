import { describe, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { databaseName } from '../../protocol/names.ts';
import { template } from './support/assembly.ts';

const catalog = template('prod', 'catalog');

describe('the catalog', () => {
  it('has the database that programs write to', () => {
    catalog.hasResourceProperties('AWS::Glue::Database', {
      DatabaseInput: Match.objectLike({ Name: databaseName('bpc', 'prod') }),
    });
  });

  it('lets a query scan no more than the estate file says', () => {
    catalog.hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: Match.objectLike({
        BytesScannedCutoffPerQuery: 2048 * 1024 ** 3,
        EnforceWorkGroupConfiguration: true,
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      }),
    });
  });

  it('keeps results encrypted, below the prefix that expires', () => {
    catalog.hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: Match.objectLike({
        ResultConfiguration: {
          EncryptionConfiguration: Match.objectLike({ EncryptionOption: 'SSE_KMS' }),
          OutputLocation: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('/athena/$')])] },
        },
      }),
    });
  });
});
