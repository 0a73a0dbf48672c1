"""Reads messages of Slack from standard input, one a line, and has Slack's own SDK check their blocks.

https://docs.slack.dev/tools/python-slack-sdk: its models know the limits that Slack documents.
"""

import json
import sys

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block


def check(message: dict) -> list[str]:
    faults = []
    for given in message["blocks"]:
        try:
            block = Block.parse(given)
            if block is None:
                faults.append(f"no block of Slack: {given['type']}")
                continue
            read = block.to_dict()
            faults += [] if read == given else [f"read as {json.dumps(read)}, given {json.dumps(given)}"]
        except SlackObjectFormationError as error:
            faults.append(str(error))
    return faults


for line in sys.stdin:
    print(json.dumps(check(json.loads(line))))
