"""Lambda: runs the deployed bundle in AWS's runtime client, under its role, in the host process for functions."""

import hashlib
import io
import json
import time
import zipfile
from pathlib import Path

import requests
from moto.awslambda import models
from moto.awslambda.utils import get_backend
from moto.sqs.models import sqs_backends

from . import permissions, world

# Function name -> queue for events that failed all their retries.
on_failure: dict[str, str] = {}
credentials: dict[str, dict[str, str]] = {}


class Failed(Exception):
    """The function ended with an error, or could not be invoked."""


def find(arn: str):
    _, _, _, region, account, _, name, *_ = arn.split(":")
    return get_backend(account, region).get_function(name)


def run(function, event) -> tuple[str, bool, str]:
    """Invokes the function and waits. Replaces moto's implementation."""
    answer = requests.post(
        f"{world.lambda_host}/invoke",
        json={
            "name": function.function_name,
            "bundle": str(unpack(function.code_bytes)),
            "handler": function.handler,
            "timeoutMs": 1000 * int(function.timeout),
            "env": {
                **{name: str(value) for name, value in function.environment_vars.items()},
                **credentials_of(function),
                "AWS_ENDPOINT_URL": world.url,
            },
            "event": event,
        },
        timeout=930,
    ).json()
    if answer["failed"]:
        world.log("function failed", function.function_name, answer["payload"][:500])
    return answer["payload"], answer["failed"], answer["payload"]


def call(arn: str, event) -> object:
    payload, failed, _ = run(find(arn), event)
    if failed:
        raise Failed(payload)
    return json.loads(payload)


def call_later(arn: str, event) -> None:
    """An asynchronous invocation: two retries, sooner than Lambda's, then the on-failure destination."""

    def attempt():
        for pause in (0.2, 0.4, 0):
            try:
                return call(arn, event)
            except Failed:
                time.sleep(pause)
        function = find(arn)
        if queue := on_failure.get(function.function_name):
            permissions.require(function.role, "sqs:SendMessage", queue)
            _, _, _, region, account, name = queue.split(":")
            sqs_backends[account][region].send_message(name, json.dumps({"requestPayload": event}))

    world.later(attempt)


def unpack(code: bytes) -> Path:
    place = world.directory / "bundles" / hashlib.sha256(code).hexdigest()[:16]
    if not place.exists():
        draft = place.with_suffix(f".{time.monotonic_ns()}")
        zipfile.ZipFile(io.BytesIO(code)).extractall(draft)
        try:
            draft.rename(place)
        except OSError:
            pass  # Another call unpacked it meanwhile.
    return place


def credentials_of(function) -> dict[str, str]:
    if function.role not in credentials:
        sts = world.client("sts", function.region)
        given = sts.assume_role(RoleArn=function.role, RoleSessionName="function")["Credentials"]
        permissions.roles[given["AccessKeyId"]] = function.role
        credentials[function.role] = {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
    return credentials[function.role]


def install() -> None:
    models.LambdaFunction._invoke_lambda = lambda self, event=None: run(self, event)
