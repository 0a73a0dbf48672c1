"""EventBridge invokes functions. A CloudWatch alarm's change of state is an event.

What topics and API destinations would get is written as lines of JSON to cards.jsonl.
"""

import json
import time
import uuid
from datetime import UTC, datetime

from moto.cloudwatch.models import CloudWatchBackend
from moto.events.models import Rule, events_backends

from . import functions, permissions, world


def to_targets(send):
    def send_to_targets(rule, event, transform_input=True):
        if rule.state != "ENABLED" or not rule.event_pattern.matches_event(event):
            return
        others = []
        for target in rule.targets:
            if ":sns:" in target["Arn"] or ":api-destination/" in target["Arn"]:
                keep_card(target, event)
            elif ":lambda:" not in target["Arn"]:
                others.append(target)
            elif may_call(rule.arn, target["Arn"]):
                when = datetime.fromtimestamp(event["time"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                functions.call_later(target["Arn"], {**event, "time": when})
            else:
                world.log("the function's policy keeps out", rule.arn)
        ours, rule.targets = rule.targets, others
        try:
            if others:
                send(rule, event, transform_input)
        finally:
            rule.targets = ours

    return send_to_targets


def keep_card(target: dict, event: dict) -> None:
    """The input of a target: what its InputPath, a path of members, leads to."""
    card = event
    for member in target["InputPath"].split(".")[1:]:
        card = card[member]
    with (world.directory / "cards.jsonl").open("a") as cards:
        cards.write(json.dumps({"target": target["Id"], "role": target.get("RoleArn"), "card": card}) + "\n")


def may_call(rule_arn: str, function_arn: str) -> bool:
    policy = functions.find(function_arn).policy
    statements = [json.loads(json.dumps(each)) for each in policy.statements] if policy else []
    allowed = [each for each in statements if each["Principal"].get("Service") == "events.amazonaws.com"]
    context = {"AWS:SourceArn": rule_arn, "aws:SourceArn": rule_arn}
    return permissions.allows(allowed, "lambda:InvokeFunction", function_arn, context)


def with_event(set_alarm_state):
    def set_and_tell(self, alarm_name, reason, reason_data, state_value):
        alarm = self.alarms[alarm_name]
        before = state(alarm)
        set_alarm_state(self, alarm_name, reason, reason_data, state_value)
        if before["value"] == state_value:
            return
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "CloudWatch Alarm State Change",
            "source": "aws.cloudwatch",
            "account": self.account_id,
            "time": time.time(),
            "region": self.region_name,
            "resources": [alarm.alarm_arn],
            "detail": {
                "alarmName": alarm.name,
                "state": state(alarm),
                "previousState": before,
                "configuration": {"metrics": [metric(each) for each in alarm.metric_data_queries]},
            },
        }
        for bus in events_backends[self.account_id][self.region_name].event_buses.values():
            for rule in list(bus.rules.values()):
                rule.send_to_targets(dict(event))

    return set_and_tell


def state(alarm) -> dict:
    return {
        "value": alarm.state_value,
        "reason": alarm.state_reason,
        "reasonData": alarm.state_reason_data,
        "timestamp": alarm.state_updated_timestamp.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000",
    }


def metric(query) -> dict:
    if query.expression:
        return {"id": query.id, "expression": query.expression, "returnData": query.return_data}
    measured = query.metric_stat.metric
    return {
        "id": query.id,
        "metricStat": {
            "metric": {
                "namespace": measured.namespace,
                "name": measured.metric_name,
                "dimensions": {each.name: each.value for each in measured.dimensions},
            },
            "period": int(query.metric_stat.period),
            "stat": query.metric_stat.stat,
        },
        "returnData": query.return_data,
    }


def install() -> None:
    Rule.send_to_targets = to_targets(Rule.send_to_targets)
    CloudWatchBackend.set_alarm_state = with_event(CloudWatchBackend.set_alarm_state)
