import { dynamoContract } from './dynamodb-contract.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';

dynamoContract('stores in DynamoDB Local', startDynamoDbLocal);
