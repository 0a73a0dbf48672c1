import { describeAdapters } from '../controller/aws-contract.ts';
import { describeReporterAdapters } from '../controller/reporter-contract.ts';
import { startMoto } from './moto.ts';

// The fake of `npm test` passes the same suite: what moto does not do as the fake does fails here.
describeAdapters('moto', startMoto);
describeReporterAdapters('moto', startMoto);
