"""The SAM transform of a template in JSON, for a region: stdin to stdout."""

import json
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

fragment = json.load(sys.stdin)
for resource in fragment["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        # Where `sam package` would have put the bundle.
        resource["Properties"]["CodeUri"] = "s3://bucket/key"
values = {name: each["Default"] for name, each in fragment["Parameters"].items() if "Default" in each}
session = boto3.session.Session(region_name=sys.argv[1])
fragment["Transform"] = "AWS::Serverless-2016-10-31"
translated = Translator({}, Parser(), boto_session=session).translate(
    sam_template=fragment, parameter_values=values, feature_toggle=None
)
translated.pop("Transform", None)
json.dump(translated, sys.stdout)
