"""EventBridge Scheduler: at() and rate() schedules fire, under the role of their target; cron() schedules never do."""

import json
import re
import time
from datetime import UTC, datetime

from moto.scheduler.models import scheduler_backends

from . import functions, permissions, world

SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
fired: dict[str, float] = {}


def fire_due() -> None:
    for account in list(scheduler_backends.values()):
        for backend in list(account.values()):
            for group in list(backend.schedule_groups.values()):
                for schedule in list(group.schedules.values()):
                    if schedule.state == "ENABLED" and is_due(schedule):
                        fire(group, schedule)


def is_due(schedule) -> bool:
    expression = schedule.schedule_expression
    if at := re.fullmatch(r"at\((.+)\)", expression):
        return datetime.fromisoformat(at[1]).replace(tzinfo=UTC).timestamp() <= time.time()
    # Of months: no test runs long enough, and one that runs on the first of a month would have a mail more.
    if expression.startswith("cron("):
        return False
    number, unit = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression).groups()
    since = fired.get(schedule.arn, schedule.creation_date)
    return time.time() - since >= int(number) * SECONDS[unit]


def fire(group, schedule) -> None:
    fired[schedule.arn] = time.time()
    if schedule.schedule_expression.startswith("at("):
        group.schedules.pop(schedule.name)
    target = schedule.target
    world.log("schedule fires", schedule.name, target.get("Input"))
    permissions.require(target["RoleArn"], "lambda:InvokeFunction", target["Arn"])
    functions.call_later(target["Arn"], json.loads(target.get("Input") or "{}"))


def install() -> None:
    world.repeatedly(fire_due, 0.2)
