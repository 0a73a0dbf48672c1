"""Checks that policies allow the calls of a template's roles and of IAM users: actions, resources and conditions.

Checks every call signed by a role or by a user, and what AWS does on its behalf: passing a role, tagging, log delivery, use of
the keys of a topic and of a bucket. Denied actions are written to denied.txt, all actions that were needed to needed.txt.
"""

import json
import os
import re

from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import AccessDeniedError
from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sts.models import sts_backends

from . import templates, world

# Access key of a function -> its role.
roles: dict[str, str] = {}


def iam():
    return iam_backends[os.environ["MOTO_ACCOUNT_ID"]]["aws"]


def statements_of(arn: str) -> list[dict]:
    is_user = ":user/" in arn
    principal = iam().get_user(arn.split("/")[-1]) if is_user else iam().get_role_by_arn(arn)
    versions = [version for each in principal.managed_policies.values() for version in each.versions]
    attached = [version.document for version in versions if version.is_default]
    texts = [*principal.policies.values(), *attached]
    documents = [json.loads(each) if isinstance(each, str) else each for each in texts]
    return [statement for document in documents for statement in many(document["Statement"])]


def allows(statements: list[dict], action: str, resource: str, context: dict) -> bool:
    matching = [each["Effect"] for each in statements if applies(each, action, resource, context)]
    return "Allow" in matching and "Deny" not in matching


def require(arn: str, action: str, resource: str, context: dict | None = None) -> None:
    if allows(statements_of(arn), action, resource, context or {}):
        note("needed.txt", action)
        return
    note("denied.txt", f"{arn.split('/')[-1]} {action} {resource}")
    raise AccessDeniedError(user_arn=arn, action=action)


def note(file: str, line: str) -> None:
    with (world.directory / file).open("a") as notes:
        notes.write(f"{line}\n")


def applies(statement: dict, action: str, resource: str, context: dict) -> bool:
    return (
        any(like(each, action, ignore_case=True) for each in many(statement.get("Action")))
        and any(like(each, resource) for each in many(statement.get("Resource")))
        and all(
            holds(operator, key, many(wanted), context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def holds(operator: str, key: str, wanted: list[str], context: dict) -> bool:
    given = many(context.get(key))
    if operator == "Null":
        return wanted == ["false" if given else "true"]
    if not given:
        return operator.startswith("ForAllValues:")
    same = like if operator.endswith("Like") or operator.startswith("Arn") else str.__eq__
    return all(any(same(each, value) for each in wanted) for value in given)


def like(pattern: str, text: str, ignore_case: bool = False) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, text, re.IGNORECASE if ignore_case else 0) is not None


def many(value) -> list:
    return [] if value is None else value if isinstance(value, list) else [value]


# ---- the permissions that a request needs: (action, resource, context)


def needs(request, service: str, action: str, resource: str):
    arn = f"arn:aws:{service}:{request.region}:{request.current_account}:"
    if service == "ec2":
        return ec2_needs(request, action, arn)
    if service == "s3":
        return s3_needs(request, action, resource)
    if service == "sns":
        return sns_needs(request, action)
    if service == "cloudformation":
        return stack_needs(request, action, arn)
    if service == "lambda":
        return [lambda_needs(request, arn)]
    if service == "iam":
        return [(f"iam:{action}", service_role(request), {})]
    body = request.body if isinstance(request.body, dict) else parse(request.body)
    if service == "dynamodb":
        return [(f"dynamodb:{action}", f"{arn}table/{body['TableName']}", leading_keys(body))]
    if service == "firehose":
        return [(f"firehose:{action}", f"{arn}deliverystream/{body['DeliveryStreamName']}", {})]
    if service == "scheduler":
        return schedule_needs(request, action, arn, body)
    if service == "events" and action == "PutEvents":
        return put_events_needs(arn, body)
    if service == "monitoring":
        return alarm_needs(action, f"arn:aws:cloudwatch:{request.region}:{request.current_account}:alarm:", body)
    return [(f"{service}:{action}", "*", {})]


def alarm_needs(action: str, arn: str, body: dict):
    """An alarm is a resource; a metric is not."""
    if action == "PutMetricAlarm":
        yield f"cloudwatch:{action}", f"{arn}{body['AlarmName']}", {}
        if body.get("Tags"):
            yield "cloudwatch:TagResource", f"{arn}{body['AlarmName']}", {}
    elif action == "DeleteAlarms":
        for name in body["AlarmNames"]:
            yield f"cloudwatch:{action}", f"{arn}{name}", {}
    else:
        yield f"cloudwatch:{action}", f"{arn}*" if action == "DescribeAlarms" else "*", {}


def put_events_needs(arn: str, body: dict):
    for entry in body["Entries"]:
        bus = entry.get("EventBusName", "default").split("/")[-1]
        yield "events:PutEvents", f"{arn}event-bus/{bus}", {"events:source": entry["Source"]}


def parse(body) -> dict:
    text = body.decode() if isinstance(body, bytes) else body or ""
    return json.loads(text) if text.startswith("{") else {}


def leading_keys(body: dict) -> dict:
    key = next(iter(body.get("Key", body.get("Item", {})).get("pk", {}).values()), None)
    return {} if key is None else {"dynamodb:LeadingKeys": key}


def schedule_needs(request, action: str, arn: str, body: dict):
    name = request.path.split("/")[-1]
    group = body.get("GroupName") or request._get_param("groupName") or "default"
    yield f"scheduler:{action}", f"{arn}schedule/{group}/{name}", {}
    if role := body.get("Target", {}).get("RoleArn"):
        yield "iam:PassRole", role, {"iam:PassedToService": "scheduler.amazonaws.com"}


def stack_needs(request, action: str, arn: str):
    name = request._get_param("StackName") or request._get_param("ChangeSetName")
    stack = f"{arn}stack/{name}/*" if name and not name.startswith("arn:") else name
    yield f"cloudformation:{action}", stack or "*", {}
    if action != "CreateChangeSet":
        return
    # The transforms that the template of a natflow stack names, and the functions of macros.
    sam = templates.SAM.removeprefix("AWS::")
    yield f"cloudformation:{action}", f"arn:aws:cloudformation:{request.region}:aws:transform/{sam}", {}
    for macro, function in templates.macros.items():
        yield f"cloudformation:{action}", f"{arn}transform/{macro}", {}
        yield "lambda:InvokeFunction", function, {}


def lambda_needs(request, arn: str):
    *_, name, call = request.path.rstrip("/").split("/")
    if call == "functions":
        return "lambda:ListFunctions", "*", {}
    action = {"invocations": "InvokeFunction", "configuration": "GetFunctionConfiguration"}[call]
    return f"lambda:{action}", f"{arn}function:{name}", {}


def service_role(request) -> str:
    role = request._get_param("RoleName")
    return f"arn:aws:iam::{request.current_account}:role/aws-service-role/delivery.logs.amazonaws.com/{role}"


def sns_needs(request, action: str):
    topic = request._get_param("TopicArn")
    yield f"sns:{action}", topic, {}
    if action != "Publish":
        return
    key = sns_backends[request.current_account][request.region].topics[topic].kms_master_key_id
    if key:
        arn = f"arn:aws:kms:{request.region}:{request.current_account}:key/{key.split('/')[-1]}"
        yield "kms:GenerateDataKey", arn, {}
        yield "kms:Decrypt", arn, {}


def key_needs(s3, action: str, bucket: str):
    """The use of the key that a bucket encrypts its objects with, if it has one."""
    encryption = s3.get_bucket(bucket).encryption or {}
    by_default = encryption.get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    use = {"GetObject": "kms:Decrypt", "PutObject": "kms:GenerateDataKey"}.get(action)
    if use and "KMSMasterKeyID" in by_default:
        yield use, by_default["KMSMasterKeyID"], {}


# Actions of S3's API whose permission has another name.
PERMISSIONS = {
    "CreateMultipartUpload": "PutObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "UploadPart": "PutObject",
}


def s3_needs(request, action: str, resource: str):
    action = PERMISSIONS.get(action, action)
    s3 = s3_backends[request.current_account][request.partition]
    yield from key_needs(s3, action, resource.split(":")[-1].split("/")[0])
    if action == "ListBucket":
        yield "s3:ListBucket", resource, {"s3:prefix": request.querystring.get("prefix", [""])}
        return
    yield f"s3:{action}", resource, {}
    if action == "PutObject" and "x-amz-acl" in request.headers:
        yield "s3:PutObjectAcl", resource, {}
    if action == "GetObject" and not exists(request, resource):
        # S3 answers that an object does not exist only if the caller may list the bucket; otherwise it denies.
        bucket, key = resource.split("/", 1)
        yield "s3:ListBucket", bucket, {"s3:prefix": key}


def exists(request, resource: str) -> bool:
    bucket, key = resource.split(":")[-1].split("/", 1)
    return s3_backends[request.current_account][request.partition].head_object(bucket, key) is not None


def ec2_needs(request, action: str, arn: str):
    if action == "CreateFlowLogs":
        yield from create_flow_log_needs(request, arn)
    elif action == "DeleteFlowLogs":
        yield "logs:DeleteLogDelivery", "*", {}
        backend = ec2_backends[request.current_account][request.region]
        for flow_log in request._get_param("FlowLogIds"):
            tags = backend.describe_tags(filters={"resource-id": [flow_log]})
            context = {f"aws:ResourceTag/{tag['key']}": tag["value"] for tag in tags}
            yield "ec2:DeleteFlowLogs", f"{arn}vpc-flow-log/{flow_log}", context
    else:
        yield f"ec2:{action}", "*", {}


def create_flow_log_needs(request, arn: str):
    [specification] = request._get_param("TagSpecifications")
    tags = {f"aws:RequestTag/{tag['Key']}": tag["Value"] for tag in specification["Tags"]}
    yield "ec2:CreateFlowLogs", f"{arn}vpc-flow-log/*", tags
    kind = {"NetworkInterface": "network-interface", "RegionalNatGateway": "natgateway"}
    for resource in request._get_param("ResourceIds"):
        yield "ec2:CreateFlowLogs", f"{arn}{kind[request._get_param('ResourceType')]}/{resource}", tags
    yield "ec2:CreateTags", f"{arn}vpc-flow-log/*", {"ec2:CreateAction": "CreateFlowLogs"}
    yield "logs:CreateLogDelivery", "*", {}
    if request._get_param("LogDestinationType") == "kinesis-data-firehose":
        yield "firehose:TagDeliveryStream", request._get_param("LogDestination"), {}
    if role := request._get_param("DeliverLogsPermissionArn"):
        yield "iam:PassRole", role, {"iam:PassedToService": "vpc-flow-logs.amazonaws.com"}


def check(self, _request_class, resource: str = "*") -> None:
    # A presigned URL has its credential in the query, other requests in a header.
    signed = self.headers.get("Authorization") or f"Credential={presigned_by(self)}"
    credential = re.search(r"Credential=([^/]+)/[^/]+/[^/]+/([^/]+)/", signed)
    caller = credential and caller_with(credential[1])
    # The service that tells who a caller is asks for no permission.
    if not caller or credential[2] == "sts":
        return
    for action, needed, context in needs(self, credential[2], self._get_action(), resource):
        require(caller, action, needed, context)


def caller_with(access_key: str) -> str | None:
    """The ARN of a function's role, of a role that was assumed, or of a user."""
    if access_key in roles:
        return roles[access_key]
    if assumed := sts_backends[os.environ["MOTO_ACCOUNT_ID"]]["aws"].get_assumed_role_from_access_key(access_key):
        return assumed.role_arn
    user = iam().get_user_from_access_key_id(access_key)
    return user and user.arn


def presigned_by(request) -> str:
    return request.querystring.get("X-Amz-Credential", [""])[0]


def install() -> None:
    ActionAuthenticatorMixin._authenticate_and_authorize_action = check
