import { dynamoContract } from './dynamodb-contract.ts';
import { startEmulator } from './emulator.ts';

dynamoContract('stores in the DynamoDB of the emulator', () => startEmulator());
