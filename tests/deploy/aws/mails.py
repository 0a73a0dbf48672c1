"""SNS: writes each e-mail as a line of JSON to mails.jsonl."""

import json

from moto.sns.models import Subscription

from . import world


def install() -> None:
    publish = Subscription.publish

    def publish_and_keep(self, message, message_id, subject=None, **others):
        if self.protocol == "email":
            with (world.directory / "mails.jsonl").open("a") as mails:
                mail = {"to": self.endpoint, "subject": subject, "body": message}
                mails.write(json.dumps(mail) + "\n")
        return publish(self, message, message_id, subject=subject, **others)

    Subscription.publish = publish_and_keep
