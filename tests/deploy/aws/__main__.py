"""AWS on one loopback port: moto, and the wiring between services that moto lacks.

usage: python -m aws PORT LAMBDA_HOST_URL DIRECTORY
"""

import sys

import moto
from moto.server import main

from . import (
    custom_resources,
    events,
    functions,
    mails,
    permissions,
    resources,
    schedules,
    stacks,
    streams,
    tables,
    world,
)

VERSION = "5.2.1"

if moto.__version__ != VERSION:
    sys.exit(f"this hooks into moto {VERSION}, not {moto.__version__}")

port, lambda_host, directory = sys.argv[1:]
world.configure(int(port), lambda_host, directory)
parts = [permissions, functions, events, schedules, streams, tables, mails]
for part in [*parts, resources, custom_resources, stacks]:
    part.install()
main(["-H", "127.0.0.1", "-p", port])
