"""Resource types that moto has no model for, created through this server's public API."""

from botocore.exceptions import ClientError
from moto.core.common_models import CloudFormationModel

from . import functions, templates, world

# Accepted and ignored, because no test depends on them.
INERT = (
    "AWS::Athena::NamedQuery",
    "AWS::Athena::WorkGroup",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::Logs::LogStream",
    "AWS::Logs::QueryDefinition",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
)


class Made:
    """A resource that exists outside moto's stack; `remove` deletes it."""

    def __init__(self, name: str, remove=None, **attributes):
        self.name, self.remove, self.attributes = name, remove, attributes

    @property
    def physical_resource_id(self):
        return self.name

    def is_created(self):
        return True

    @classmethod
    def has_cfn_attr(cls, _attribute):
        return True

    def get_cfn_attribute(self, attribute):
        return self.attributes[attribute]

    def delete(self, *_):
        try:
            if self.remove:
                self.remove()
        except ClientError as error:
            # It may be deleted already, as a schedule is with its group.
            if "NotFound" not in error.response["Error"]["Code"]:
                raise


def declare(cloudformation_type: str, make) -> None:
    """Adds a resource type to moto. `make` gets name, properties, region and account."""

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        made = make(resource_name, cloudformation_json.get("Properties", {}), region_name, account_id)
        made.__class__ = cls
        return made

    members = {
        "cloudformation_type": staticmethod(lambda: cloudformation_type),
        "cloudformation_name_type": staticmethod(lambda: ""),
        "create_from_cloudformation_json": classmethod(create),
    }
    type(cloudformation_type.replace(":", ""), (Made, CloudFormationModel), members)


def typed(value):
    """Converts booleans in text, which CloudFormation accepts and the services do not."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    return {"true": True, "false": False}.get(value, value)


def stream(name, properties, region, _account):
    firehose = world.client("firehose", region)
    destination = typed(properties["ExtendedS3DestinationConfiguration"])
    created = firehose.create_delivery_stream(
        DeliveryStreamName=name[:64],
        DeliveryStreamType=properties["DeliveryStreamType"],
        ExtendedS3DestinationConfiguration=destination,
        Tags=properties["Tags"],
    )
    remove = lambda: firehose.delete_delivery_stream(DeliveryStreamName=name[:64])
    return Made(name[:64], remove, Arn=created["DeliveryStreamARN"])


def schedule_group(name, _properties, region, account):
    scheduler = world.client("scheduler", region)
    scheduler.create_schedule_group(Name=name[:64])
    arn = f"arn:aws:scheduler:{region}:{account}:schedule-group/{name[:64]}"
    return Made(name[:64], lambda: scheduler.delete_schedule_group(Name=name[:64]), Arn=arn)


def schedule(name, properties, region, _account):
    scheduler = world.client("scheduler", region)
    wanted = {"Name": name[:64], **properties}
    wanted["Target"] = {**wanted["Target"]}
    # Its numbers are text in CloudFormation, which moto's client rejects.
    wanted["Target"].pop("RetryPolicy", None)
    arn = scheduler.create_schedule(**wanted)["ScheduleArn"]
    where = {"Name": wanted["Name"], "GroupName": wanted["GroupName"]}
    return Made(wanted["Name"], lambda: scheduler.delete_schedule(**where), Arn=arn)


def alarm(name, properties, region, account):
    cloudwatch = world.client("cloudwatch", region)
    name = properties.get("AlarmName", name)
    wanted = {**typed(properties), "AlarmName": name}
    for number in ("EvaluationPeriods", "DatapointsToAlarm", "Period"):
        if number in wanted:
            wanted[number] = int(wanted[number])
    if "Threshold" in wanted:
        wanted["Threshold"] = float(wanted["Threshold"])
    cloudwatch.put_metric_alarm(**wanted)
    remove = lambda: cloudwatch.delete_alarms(AlarmNames=[name])
    return Made(name, remove, Arn=f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}")


def subscription(_name, properties, region, _account):
    sns = world.client("sns", region)
    arn = sns.subscribe(**properties)["SubscriptionArn"]
    return Made(arn, lambda: sns.unsubscribe(SubscriptionArn=arn))


def invoke_config(name, properties, _region, _account):
    queue = properties["DestinationConfig"]["OnFailure"]["Destination"]
    functions.on_failure[properties["FunctionName"]] = queue
    return Made(name)


def flow_log(_name, properties, region, _account):
    ec2 = world.client("ec2", region)
    wanted = {**properties, "ResourceIds": [properties["ResourceId"]]}
    tags = wanted.pop("Tags", [])
    wanted.pop("ResourceId")
    wanted["MaxAggregationInterval"] = int(wanted["MaxAggregationInterval"])
    if tags:
        wanted["TagSpecifications"] = [{"ResourceType": "vpc-flow-log", "Tags": tags}]
    [made] = ec2.create_flow_logs(**wanted)["FlowLogIds"]
    return Made(made, lambda: ec2.delete_flow_logs(FlowLogIds=[made]))


def macro(_name, properties, _region, _account):
    templates.macros[properties["Name"]] = properties["FunctionName"]
    return Made(properties["Name"], lambda: templates.macros.pop(properties["Name"]))


def query_log_config(name, properties, region, _account):
    resolver = world.client("route53resolver", region)
    created = resolver.create_resolver_query_log_config(CreatorRequestId=name, **properties)
    found = created["ResolverQueryLogConfig"]
    # moto does not implement its deletion.
    return Made(found["Id"], Id=found["Id"], Arn=found["Arn"])


def query_log_association(_name, properties, region, _account):
    resolver = world.client("route53resolver", region)
    created = resolver.associate_resolver_query_log_config(**properties)
    return Made(created["ResolverQueryLogConfigAssociation"]["Id"])


def connection(name, properties, region, _account):
    events = world.client("events", region)
    name = name[:64]
    arn = events.create_connection(Name=name, **typed(properties))["ConnectionArn"]
    return Made(name, lambda: events.delete_connection(Name=name), Arn=arn)


def api_destination(name, properties, region, _account):
    events = world.client("events", region)
    name = name[:64]
    wanted = {**properties, "InvocationRateLimitPerSecond": int(properties["InvocationRateLimitPerSecond"])}
    arn = events.create_api_destination(Name=name, **wanted)["ApiDestinationArn"]
    return Made(name, lambda: events.delete_api_destination(Name=name), Arn=arn)


def install() -> None:
    declare("AWS::Events::Connection", connection)
    declare("AWS::Events::ApiDestination", api_destination)
    declare("AWS::KinesisFirehose::DeliveryStream", stream)
    declare("AWS::Scheduler::ScheduleGroup", schedule_group)
    declare("AWS::Scheduler::Schedule", schedule)
    declare("AWS::CloudWatch::Alarm", alarm)
    declare("AWS::SNS::Subscription", subscription)
    declare("AWS::Lambda::EventInvokeConfig", invoke_config)
    declare("AWS::CloudFormation::Macro", macro)
    declare("AWS::Route53Resolver::ResolverQueryLoggingConfig", query_log_config)
    declare("AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation", query_log_association)
    declare("AWS::EC2::FlowLog", flow_log)
    for name in INERT:
        declare(name, lambda name, *_: Made(name))
