"""DynamoDB, one call at a time: moto loses concurrent updates."""

import threading

from moto.dynamodb.responses import DynamoHandler

lock = threading.RLock()


def install() -> None:
    call_action = DynamoHandler.call_action

    def one_at_a_time(self):
        with lock:
            return call_action(self)

    DynamoHandler.call_action = one_at_a_time
