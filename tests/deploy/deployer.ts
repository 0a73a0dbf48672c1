import type { Cloud } from './cloud.ts';

/** The environment of a person who may do what a policy document allows, and no more. `document` is a file. */
export async function createDeployer(
  cloud: Cloud,
  document: string,
  name = 'deployer',
): Promise<NodeJS.ProcessEnv> {
  const policy = ['--policy-name', `natflow-${name}`, '--policy-document', `file://${document}`];
  const arn = ['--query', 'Policy.Arn'];
  const policyArn = await cloud.aws<string>('iam', 'create-policy', ...policy, ...arn);
  const user = ['--user-name', name];
  await cloud.run('aws', ['iam', 'create-user', ...user]);
  await cloud.run('aws', ['iam', 'attach-user-policy', ...user, '--policy-arn', policyArn]);
  const key = ['--query', 'AccessKey.[AccessKeyId,SecretAccessKey]'];
  const [id, secret] = await cloud.aws<string[]>('iam', 'create-access-key', ...user, ...key);
  return { ...cloud.env, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
}
