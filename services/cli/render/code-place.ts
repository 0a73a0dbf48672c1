import type { Parameter, Values } from '../template.ts';
import type { CodeOf } from './plain-functions.ts';

/** In the name of an artifact bucket, the stack's region: Lambda takes code from buckets of its own region alone. */
const REGION_PLACE = 'REGION';
const BY_REGION = 'ArtifactBucketByRegion';
/** What the keys of the code begin with, unless ArtifactPrefix says otherwise. */
export const DEFAULT_PREFIX = 'natflow/';
const BUCKET = { Ref: 'ArtifactBucket' };

/** The parameters that say where the functions' code is. */
export const CODE_PARAMETERS: Readonly<Record<'ArtifactBucket' | 'ArtifactPrefix', Parameter>> = {
  ArtifactBucket: {
    Type: 'String',
    AllowedPattern: `[a-z0-9][a-z0-9.-]*(${REGION_PLACE}[a-z0-9.-]*)?`,
    ConstraintDescription: `a bucket's name, which may have ${REGION_PLACE} in it`,
    Description: `The bucket with the functions' code, in the region of the stack; ${REGION_PLACE} in its name stands for that region`,
  },
  ArtifactPrefix: {
    Type: 'String',
    Default: DEFAULT_PREFIX,
    AllowedPattern: '([A-Za-z0-9_.=/-]+/)?',
    ConstraintDescription: 'the beginning of a key that ends with /, or empty',
    Description: "What the keys of the functions' code begin with, its last / included",
  },
};

/** The conditions that `codeFrom` refers to. */
export const CODE_CONDITIONS: Values = {
  [BY_REGION]: { 'Fn::Not': [{ 'Fn::Equals': [partOfBucket(0), BUCKET] }] },
};

/** Where the code of functions is, by these parameters. `keyOf` is the last part of its key, by the CodeUri. */
export function codeFrom(keyOf: (codeUri: string) => string): CodeOf {
  const parts = { Before: partOfBucket(0), After: partOfBucket(1) };
  const inRegion = { 'Fn::Sub': ['${Before}${AWS::Region}${After}', parts] };
  return (codeUri) => ({
    S3Bucket: { 'Fn::If': [BY_REGION, inRegion, BUCKET] },
    S3Key: { 'Fn::Sub': `\${ArtifactPrefix}${keyOf(codeUri)}` },
  });
}

/** The bucket's name before the place of its region, or after it. */
function partOfBucket(at: 0 | 1): object {
  return { 'Fn::Select': [at, { 'Fn::Split': [REGION_PLACE, BUCKET] }] };
}
