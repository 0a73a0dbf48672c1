"""What parliament finds in policies of roles: stdin has a JSON object of documents by name, stdout a line for each."""

import json
import sys

from parliament import analyze_policy_string

# parliament 1.6.4 does not know the European Sovereign Cloud, whose policies are those of another region of Europe
# under other names.
KNOWN = {"arn:aws-eusc:": "arn:aws:", "eusc-de-east-1": "eu-central-1"}


def known(text: str) -> str:
    for name, other in KNOWN.items():
        text = text.replace(name, other)
    return text


for name, document in json.load(sys.stdin).items():
    for finding in analyze_policy_string(known(json.dumps(document))).findings:
        print(f"{name}: {finding.issue} {finding.detail}")
