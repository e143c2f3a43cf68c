import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2, type Attribute } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/** The one table, with its two indexes. */
export class Table extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { keepData }: { readonly keepData: boolean }) {
    super(scope, id);
    const table = new TableV2(this, 'Table', {
      partitionKey: text('pk'),
      sortKey: text('sk'),
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: keepData,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      globalSecondaryIndexes: [
        {
          indexName: 'due',
          partitionKey: text('duePk'),
          sortKey: text('dueSk'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: ['key', 'generation', 'heldReason', 'heldSince', 'service'],
        },
        {
          indexName: 'listing',
          partitionKey: text('listPk'),
          sortKey: text('listSk'),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: ['key', 'generation', 'state', 'service', 'severity', 'policy'],
        },
      ],
    });
    this.name = table.tableName;
    this.arn = table.tableArn;
  }
}
