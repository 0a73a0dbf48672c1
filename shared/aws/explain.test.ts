import { expect, test } from '@jest/globals';
import { explain } from './explain.ts';

const LOG_IN = 'run "aws configure" or "aws sso login", or give --profile';
const EXPIRED = 'the AWS credentials have expired: log in again, for example with "aws sso login"';
const UNACCEPTED =
  'AWS does not accept the credentials: check --profile, or the access key and its secret';
const CLOCK = 'AWS rejects requests with the time of this machine: set its clock';
const LIST = { action: 's3:ListBucket', subject: 's3://archive/flows/' };
const DESCRIBE = { action: 'ec2:DescribeNatGateways' };
const INVOKE = { action: 'lambda:InvokeFunction', subject: 'natflow-reporter' };

/** An error of the SDK; `code` is the system's. */
function failure(name: string, message: string, code?: string): Error {
  return Object.assign(new Error(message), { name }, code && { code });
}

test.each([
  [
    'CredentialsProviderError',
    'Could not load credentials from any providers',
    `no AWS credentials were found: ${LOG_IN}`,
  ],
  [
    'CredentialsProviderError',
    'Could not resolve credentials using profile: [ops] in configuration/credentials file(s).',
    `the AWS profile ops has no credentials: ${LOG_IN}`,
  ],
  [
    'CredentialsProviderError',
    'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.',
    EXPIRED,
  ],
  [
    'TokenProviderError',
    "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    EXPIRED,
  ],
  ['ExpiredToken', 'The provided token has expired.', EXPIRED],
  ['ExpiredTokenException', 'The security token included in the request is expired', EXPIRED],
  ['RequestExpired', 'Request has expired.', EXPIRED],
  [
    'Error',
    'Region is missing',
    'no AWS region is set: give --region, set AWS_REGION, or run "aws configure"',
  ],
  ['InvalidClientTokenId', 'The security token included in the request is invalid.', UNACCEPTED],
  [
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
    UNACCEPTED,
  ],
  [
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    UNACCEPTED,
  ],
  ['AuthFailure', 'AWS was not able to validate the provided access credentials', UNACCEPTED],
  ['SignatureDoesNotMatch', 'The request signature we calculated does not match', UNACCEPTED],
  [
    'SignatureDoesNotMatch',
    'Signature expired: 20261122T101430Z is now earlier than 20261122T111430Z',
    CLOCK,
  ],
  [
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    CLOCK,
  ],
])('%s: %s', (name, message, sentence) => {
  expect(explain(LIST, failure(name, message))).toBe(sentence);
});

test.each([
  [
    DESCRIBE,
    'UnauthorizedOperation',
    'You are not authorized to perform this operation. User: arn:aws:iam::1:user/a is not authorized to perform: ec2:DescribeNatGateways because no identity-based policy allows it. Encoded authorization failure message: x',
    'access denied: arn:aws:iam::1:user/a lacks ec2:DescribeNatGateways, allow it in an IAM policy',
  ],
  [
    INVOKE,
    'AccessDeniedException',
    'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: lambda:InvokeFunction on resource: x',
    'natflow-reporter: access denied: arn:aws:sts::1:assumed-role/r/s lacks lambda:InvokeFunction, allow it in an IAM policy',
  ],
  [
    LIST,
    'AccessDenied',
    'Access Denied',
    's3://archive/flows/: access denied: the caller lacks s3:ListBucket, allow it in an IAM policy',
  ],
  [
    LIST,
    'NoSuchBucket',
    'The specified bucket does not exist',
    's3://archive/flows/: there is no such bucket, check its name',
  ],
  [
    INVOKE,
    'ResourceNotFoundException',
    'Function not found: arn:aws:lambda:us-east-1:1:function:natflow-reporter',
    'natflow-reporter: there is no such function in this region: name the stack with --stack, the region with --region',
  ],
  [
    LIST,
    'SlowDown',
    'Please reduce your request rate.',
    's3://archive/flows/: AWS limits the rate of requests, try again later',
  ],
  [
    DESCRIBE,
    'RequestLimitExceeded',
    'Request limit exceeded.',
    'ec2:DescribeNatGateways: AWS limits the rate of requests, try again later',
  ],
])('%j: %s: %s', (call, name, message, sentence) => {
  expect(explain(call, failure(name, message))).toBe(sentence);
});

test.each([
  [
    'ENOTFOUND',
    'getaddrinfo ENOTFOUND ec2.eu-west.amazonaws.com',
    'there is no host ec2.eu-west.amazonaws.com: check the network, and the region',
  ],
  [
    'ECONNREFUSED',
    '',
    'ec2:DescribeNatGateways: AWS does not answer, check the network and try again',
  ],
  [
    'ETIMEDOUT',
    'a request has exceeded the configured 20000 ms requestTimeout.',
    'ec2:DescribeNatGateways: AWS does not answer, check the network and try again',
  ],
])('a connection that fails with %s', (code, message, sentence) => {
  expect(explain(DESCRIBE, failure('TimeoutError', message, code))).toBe(sentence);
});

test("an unknown error is explained with AWS's message", () => {
  expect(explain(DESCRIBE, failure('InternalError', 'An internal error.'))).toBe(
    'ec2:DescribeNatGateways: InternalError: An internal error.',
  );
  expect(explain(LIST, failure('InternalError', 'An internal error.'))).toBe(
    's3://archive/flows/: s3:ListBucket: InternalError: An internal error.',
  );
  expect(explain(DESCRIBE, 'text')).toBe('ec2:DescribeNatGateways: Error: text');
});
