"""What parliament finds in policies of roles: stdin has a JSON object of documents by name, stdout a line for each."""

import json
import sys

from parliament import analyze_policy_string

for name, document in json.load(sys.stdin).items():
    for finding in analyze_policy_string(json.dumps(document)).findings:
        print(f"{name}: {finding.issue} {finding.detail}")
