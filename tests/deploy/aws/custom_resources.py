"""Custom resources: invokes the function and waits for its response, as CloudFormation does."""

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel

from . import functions, world
from .resources import Made


class Answers(BaseHTTPRequestHandler):
    """The response URL of custom resources."""

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
    """Sends a custom resource's request and waits for the response."""
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


def install() -> None:
    answers = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    world.later(answers.serve_forever)
    parsing.CustomModel = custom_resource(answers.server_port)
