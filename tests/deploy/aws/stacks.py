"""CloudFormation: deployed macros and the SAM transform are run, custom resources called and waited for,
and the types that moto has no model for are made through the public API of this very server."""

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlparse

import boto3
from botocore.exceptions import ClientError
from moto.cloudformation import models, parsing, responses
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel
from moto.s3.models import s3_backends
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from . import functions, world

SAM = "AWS::Serverless-2016-10-31"
# What nothing here depends on: accepted, and forgotten.
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
macros: dict[str, str] = {}

# ---- transforms


def expand(backend, template: str, parameters: dict) -> str:
    fragment = models.Stack.parse_template(template)
    transforms = fragment.pop("Transform", [])
    declared = fragment.get("Parameters", {})
    values = {name: each["Default"] for name, each in declared.items() if "Default" in each}
    values.update(parameters or {})
    for name in [transforms] if isinstance(transforms, str) else transforms:
        try:
            fragment = translate(fragment, values) if name == SAM else call_macro(backend, name, fragment, values)
        except Exception as error:
            raise ValidationError(message=f"Transform {backend.account_id}::{name} failed with: {error}") from error
    return json.dumps(fragment)


def translate(fragment: dict, values: dict) -> dict:
    session = boto3.session.Session(region_name="eu-west-1")
    fragment = json.loads(json.dumps({**fragment, "Transform": SAM}))
    translated = Translator({}, Parser(), boto_session=session).translate(
        sam_template=fragment, parameter_values=dict(values), feature_toggle=None
    )
    translated.pop("Transform", None)
    return translated


def call_macro(backend, name: str, fragment: dict, values: dict) -> dict:
    if name not in macros:
        raise LookupError("there is no such macro")
    request = {
        "requestId": str(uuid.uuid4()),
        "region": backend.region_name,
        "accountId": backend.account_id,
        "transformId": f"{backend.account_id}::{name}",
        "fragment": fragment,
        "params": {},
        "templateParameterValues": values,
    }
    answer = functions.call(macros[name], request)
    if answer["status"] != "success" or answer["requestId"] != request["requestId"]:
        raise ValueError(answer["errorMessage"])
    return answer["fragment"]


# ---- types


class Made:
    """A resource that exists elsewhere; `remove` takes it away again."""

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
            # A schedule, for one, goes with its group.
            if "NotFound" not in error.response["Error"]["Code"]:
                raise


def declare(cloudformation_type: str, make) -> None:
    """Teaches moto a type; `make` gets name, properties, region and account."""

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
    """CloudFormation takes numbers and booleans as text, and the services do not."""
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
    # moto's client refuses the text that CloudFormation gives.
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


def macro(_name, properties, _region, _account):
    macros[properties["Name"]] = properties["FunctionName"]
    return Made(properties["Name"], lambda: macros.pop(properties["Name"]))


# ---- custom resources


class Answers(BaseHTTPRequestHandler):
    """Where functions report that a custom resource is done."""

    given: dict[str, dict] = {}
    arrived = threading.Condition()

    def do_PUT(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.arrived:
            self.given[body["RequestId"]] = body
            self.arrived.notify_all()
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def ask(request: dict, port: int) -> None:
    """Sends a custom resource's request and waits for the answer, as CloudFormation does."""
    request_id = str(uuid.uuid4())
    url = f"http://127.0.0.1:{port}/{request_id}"
    event = {**request, "RequestId": request_id, "ResponseURL": url}
    functions.call_later(request["ServiceToken"], event)
    with Answers.arrived:
        Answers.arrived.wait_for(lambda: request_id in Answers.given, timeout=120)
    answer = Answers.given.get(request_id, {"Status": "FAILED", "Reason": "no answer"})
    if answer["Status"] != "SUCCESS":
        raise ValidationError(message=f"{request['LogicalResourceId']}: {answer['Reason']}")


def custom_resource(port: int):
    class CustomResource(Made, CloudFormationModel):
        @staticmethod
        def cloudformation_type():
            return "Custom::"

        @staticmethod
        def cloudformation_name_type():
            return ""

        @classmethod
        def create_from_cloudformation_json(cls, resource_name, cloudformation_json, *_, **details):
            properties = cloudformation_json["Properties"]
            request = {
                "ServiceToken": properties["ServiceToken"],
                "StackId": details["StackId"],
                "LogicalResourceId": details["LogicalId"],
                "ResourceType": details["ResourceType"],
                "ResourceProperties": properties,
            }
            ask({**request, "RequestType": "Create"}, port)
            made = cls(resource_name)
            deletion = {**request, "RequestType": "Delete", "PhysicalResourceId": resource_name}
            made.remove = lambda: ask(deletion, port)
            return made

    return CustomResource


# ---- the life of a stack


def with_transforms(method):
    def expanded(self, **arguments):
        template = expand(self, arguments["template"], arguments["parameters"])
        return method(self, **{**arguments, "template": template})

    return expanded


def template_at(response, url: str) -> str:
    """An uploaded template by an address of this very server; moto expects one of Amazon's."""
    _, bucket, key = urlparse(url).path.split("/", 2)
    s3 = s3_backends[response.current_account][response.partition]
    return s3.get_object(bucket, key).value.decode()


def without_no_value(clean_json):
    """AWS::NoValue takes an element out of a list; moto leaves None in its place."""

    def clean(value, resources):
        cleaned = clean_json(value, resources)
        return [each for each in cleaned if each is not None] if isinstance(cleaned, list) else cleaned

    return clean


def delete_custom_resources_first(delete):
    def in_order(resource_map):
        """What depends on all the others goes first; moto knows no order."""
        for logical_id, made in list(resource_map._parsed_resources.items()):
            if type(made).__name__ == "CustomResource":
                made.delete()
                resource_map._parsed_resources.pop(logical_id)
                resource_map._resource_json_map.pop(logical_id)
        delete(resource_map)

    return in_order


def install() -> None:
    declare("AWS::KinesisFirehose::DeliveryStream", stream)
    declare("AWS::Scheduler::ScheduleGroup", schedule_group)
    declare("AWS::Scheduler::Schedule", schedule)
    declare("AWS::CloudWatch::Alarm", alarm)
    declare("AWS::SNS::Subscription", subscription)
    declare("AWS::Lambda::EventInvokeConfig", invoke_config)
    declare("AWS::CloudFormation::Macro", macro)
    for name in INERT:
        declare(name, lambda name, *_: Made(name))

    answers = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    world.later(answers.serve_forever)
    parsing.CustomModel = custom_resource(answers.server_port)

    parsing.clean_json = without_no_value(parsing.clean_json)
    responses.CloudFormationResponse._get_stack_from_s3_url = template_at
    backend = models.CloudFormationBackend
    backend.create_stack = with_transforms(backend.create_stack)
    backend.create_change_set = with_transforms(backend.create_change_set)
    parsing.ResourceMap.delete = delete_custom_resources_first(parsing.ResourceMap.delete)

    apply = models.ChangeSet.apply

    def apply_with_outputs(self):
        apply(self)
        self.stack.template_dict = self.template_dict
        self.stack.output_map = self.stack._create_output_map()

    models.ChangeSet.apply = apply_with_outputs
