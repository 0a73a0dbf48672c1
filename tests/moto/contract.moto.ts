import { describeAdapters } from '../controller/aws-contract.ts';
import { describeReporterAdapters } from '../controller/reporter-contract.ts';
import { startMoto } from './moto.ts';

// The fake of `npm test` passes the same suite, so a difference between the fake and moto fails here.
describeAdapters('moto', startMoto);
describeReporterAdapters('moto', startMoto);
