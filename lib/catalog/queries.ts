/** Queries that operators start from, saved in their workgroup. */
import { CfnNamedQuery, type CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import { ownTables } from '../../protocol/names.ts';

/** Name → what it answers, and its SQL. */
export const savedQueries = {
  'quarantine-by-reason': {
    description: 'Rows and objects in quarantine, by dataset and reason',
    sql: `select dataset, reason, rule, "column", count(*) as cases, min(source_key) as first_object
from ${ownTables.reasons} group by 1, 2, 3, 4 order by cases desc`,
  },
  'quarantine-of-today': {
    description: 'What went into quarantine, object by object, the worst first',
    sql: `select dataset, source_key, source_version, count(*) as cases, min(message) as first_message
from ${ownTables.reasons} group by 1, 2, 3 order by cases desc limit 100`,
  },
  'superseded-objects': {
    description: 'Object versions whose rows are hidden, and what took their place',
    sql: `select dataset, source_key, source_version, by_version, by_delete, at
from ${ownTables.superseded} order by at desc limit 1000`,
  },
} as const;

export class SavedQueries extends Construct {
  constructor(scope: Construct, database: string, workgroup: CfnWorkGroup) {
    super(scope, 'queries');
    for (const [name, { description, sql }] of Object.entries(savedQueries)) {
      const query = new CfnNamedQuery(this, name, {
        database,
        name,
        description,
        queryString: sql,
        workGroup: workgroup.name,
      });
      query.addResourceDependency(workgroup);
    }
  }
}
