import { describe, expect, test } from '@jest/globals';
import { parseGenerated } from '../../../local/attributes.ts';

const source = `class CfnThing{static CFN_RESOURCE_TYPE_NAME="AWS::X::Thing";get thingRef(){return{thingArn:this.ref}}
get attrArn(){return this.getAtt("Arn",x)}get attrSub(){return this.getAtt("Sub.Id",x)}get again(){return this.getAtt("Arn",x)}}
class CfnOther{static CFN_RESOURCE_TYPE_NAME="AWS::X::Other";}`;

describe('attributes of CloudFormation types', () => {
  test('are read once each from the classes that have them', () => {
    expect(parseGenerated(source)['AWS::X::Thing']).toEqual({ attrs: ['Arn', 'Sub.Id'], ref: 'thingArn' });
  });

  test('may be none', () => {
    expect(parseGenerated(source)['AWS::X::Other']).toEqual({ attrs: [] });
  });
});
