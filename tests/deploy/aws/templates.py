"""Transforms of templates: deployed macros, which are invoked as functions, and SAM."""

import json
import uuid

import boto3
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from . import functions

SAM = "AWS::Serverless-2016-10-31"
# Macro name -> ARN of its function.
macros: dict[str, str] = {}


def expand(backend, template: str, parameters: dict) -> str:
    fragment = Stack.parse_template(template)
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
