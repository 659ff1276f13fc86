import { describe, expect, test } from '@jest/globals';
import { predictionPlaceNames } from '../../../protocol/places.ts';
import { loadPredictionPlaces } from '../../../runtime/prediction-places.ts';

const deployed = new Map<string, string>([
  ...predictionPlaceNames.map((name) => [name, `the ${name}`] as const),
  ['apiUrl', 'https://abc.execute-api.eu-central-1.amazonaws.com/api'],
  ['restApiId', 'abc'],
  ['stage', 'api'],
]);
const load = (found: ReadonlyMap<string, string>, endpoint?: string) =>
  loadPredictionPlaces('bpc', 'dev', { read: () => Promise.resolve(found), endpoint });

describe('the prediction API of an environment', () => {
  test('is where its stack says', async () => {
    expect(await load(deployed)).toMatchObject({
      apiUrl: 'https://abc.execute-api.eu-central-1.amazonaws.com/api',
      tokenUrl: 'the tokenUrl',
    });
  });

  test('is below the address of an embedded AWS, with its tokens', async () => {
    expect(await load(deployed, 'http://127.0.0.1:4566')).toMatchObject({
      apiUrl: 'http://127.0.0.1:4566/_aws/execute-api/abc/api',
      tokenUrl: 'http://127.0.0.1:4566/oauth2/token',
      issuer: 'the issuer',
    });
  });

  test('is none where nothing is published, and what to do is said', async () => {
    await expect(load(new Map())).rejects.toThrow(
      "environment dev of bpc has no prediction API (nothing under /decant/bpc/dev/prediction); add `prediction` to it and run npx cdk deploy 'dev/*'",
    );
  });
});
