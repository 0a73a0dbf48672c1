/** What stands for the artifact bucket's name in the policy. */
export const BUCKET_PLACE = 'ARTIFACT_BUCKET';

/** A statement of an IAM policy that allows something. */
interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An IAM policy. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** Resources of the SAM CLI, the macro, and the service-linked roles for what the macro makes. */
const OTHER_RESOURCES =
  /aws-sam-cli-managed-default|:transform\/|:function:NatflowAlarms$|route53resolver|delivery\.logs/;
/** Actions that nothing but the SAM CLI and the resources of the macro needs. */
const OTHER_ACTIONS =
  /^(route53resolver:|ec2:(DescribeTransit|DescribeInstances|(?!Describe).*(SecurityGroup|FlowLogs|Tags))|logs:.*LogDeliver|cloudformation:CreateUploadBucket)/;

/**
 * The policy of a deployer of the rendered template, made of the policy of a deployer of the other one: without
 * transforms, SAM's bucket and the macro's resources, and with the artifact bucket.
 */
export function renderedPolicy({ Version, Statement }: Policy): Policy {
  const kept = Statement.filter(({ Sid }) => Sid !== 'Uploads').flatMap((statement) => {
    const Action = [statement.Action].flat().filter((each) => !OTHER_ACTIONS.test(each));
    const Resource = [statement.Resource].flat().filter((each) => !OTHER_RESOURCES.test(each));
    return Action.length === 0 || Resource.length === 0 ? [] : [{ ...statement, Action, Resource }];
  });
  const bucket = `arn:aws:s3:::${BUCKET_PLACE}`;
  return {
    Version,
    Statement: [
      ...kept,
      { Sid: 'Artifacts', Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket },
      {
        Sid: 'Upload',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
        Resource: `${bucket}/*`,
      },
    ],
  };
}
