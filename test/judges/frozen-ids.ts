/**
 * Every resource that holds something, by stack: its logical id is part of the agreement with every deployed estate. A new
 * one is entered here when it is made; a changed one is a mistake, since CloudFormation would make it again, empty.
 */
export const frozenIds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  catalog: {
    catalogdatabase4C1F6EE3: 'AWS::Glue::Database',
    catalogworkgroup295D4A0C: 'AWS::Athena::WorkGroup',
  },
  ingest: {
    arrivalsarrivalslog8C453F0F: 'AWS::Logs::LogGroup',
    arrivalsqueueA6AE6129: 'AWS::SQS::Queue',
    arrivalsqueuedeadletters57666C73: 'AWS::SQS::Queue',
    backfillbackfilllog5D2A711D: 'AWS::Logs::LogGroup',
    backfillmachineE4C1B309: 'AWS::StepFunctions::StateMachine',
    ingestingestlog5AEA15F4: 'AWS::Logs::LogGroup',
    ingestmachineAF6AA345: 'AWS::StepFunctions::StateMachine',
    ledger28D1CA40: 'AWS::DynamoDB::Table',
    registerregisterlogDFD81FAF: 'AWS::Logs::LogGroup',
    sweepersweeperlog7BA2AC09: 'AWS::Logs::LogGroup',
    transformertransformerlog55D95013: 'AWS::Logs::LogGroup',
  },
  network: {
    networkflowA4559803: 'AWS::Logs::LogGroup',
    networkvpcFB59E56F: 'AWS::EC2::VPC',
  },
  security: {
    alarmtopicDE72F5EE: 'AWS::SNS::Topic',
    datakey6D03DE4A: 'AWS::KMS::Key',
    logskey3102F837: 'AWS::KMS::Key',
    messageskeyCB46DA6A: 'AWS::KMS::Key',
  },
  storage: {
    accesslogsDE09D170: 'AWS::S3::Bucket',
    evidenceD01CB220: 'AWS::S3::Bucket',
    quarantineFD1B00D8: 'AWS::S3::Bucket',
    raw1D6FB60A: 'AWS::S3::Bucket',
    transformed01A34A8F: 'AWS::S3::Bucket',
    work5381AC4C: 'AWS::S3::Bucket',
  },
};
