"""Shared by all modules: addresses, clients, log, and background work."""

import sys
import threading
import time
import traceback
from pathlib import Path

import boto3
from botocore.config import Config

# The credentials of the person who deploys, which are allowed every action.
ADMINISTRATOR = "testing"

url = lambda_host = ""
directory = Path()


def configure(port: int, host: str, where: str) -> None:
    global url, lambda_host, directory
    url, lambda_host, directory = f"http://127.0.0.1:{port}", host, Path(where)


def log(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


def client(service: str, region: str):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id=ADMINISTRATOR,
        aws_secret_access_key=ADMINISTRATOR,
        config=Config(retries={"max_attempts": 1}),
    )


def later(work, *arguments) -> None:
    threading.Thread(target=work, args=arguments, daemon=True).start()


def repeatedly(work, seconds: float) -> None:
    """Repeats the work in a background thread. Errors are logged."""

    def loop():
        while True:
            time.sleep(seconds)
            try:
                work()
            except Exception:
                log(traceback.format_exc())

    later(loop)
