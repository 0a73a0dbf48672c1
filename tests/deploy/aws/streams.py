"""Firehose: buffers records, transforms them with the function, and delivers them to S3 as objects."""

import base64
import gzip
import json
import threading
import time
import uuid
from datetime import UTC, datetime

from moto.firehose.models import FirehoseBackend, InvalidArgumentException
from moto.s3.models import s3_backends

from . import functions, permissions, world

MOST_RECORDS = 500
lock = threading.Lock()
waiting: dict[str, "Buffer"] = {}


class Buffer:
    def __init__(self, backend, stream):
        self.backend, self.stream = backend, stream
        [self.destination] = [each["ExtendedS3"] for each in stream.destinations if "ExtendedS3" in each]
        [processor] = self.destination["ProcessingConfiguration"]["Processors"]
        self.settings = {each["ParameterName"]: each["ParameterValue"] for each in processor["Parameters"]}
        self.records: list[dict] = []
        self.size = 0
        self.since = 0.0

    def add(self, data: bytes) -> dict:
        self.since = self.since if self.records else time.time()
        record_id = f"{uuid.uuid4().hex}{len(self.records):06d}"
        self.records.append(
            {
                "recordId": record_id,
                "approximateArrivalTimestamp": int(time.time() * 1000),
                "data": base64.b64encode(data).decode(),
            }
        )
        self.size += len(data)
        return {"RecordId": record_id}

    def take_if_due(self) -> list[dict]:
        full = self.size >= float(self.settings["BufferSizeInMBs"]) * 2**20
        late = time.time() - self.since >= float(self.settings["BufferIntervalInSeconds"])
        if not self.records or not (full or late):
            return []
        records, self.records, self.size = self.records, [], 0
        return records

    def deliver(self, records: list[dict]) -> None:
        results = self.transform(records)
        kept = [base64.b64decode(each["data"]) for each in results if each["result"] == "Ok"]
        failed = [
            {"errorCode": "Lambda.FunctionError", "rawData": record["data"]}
            for record, result in zip(records, results, strict=True)
            if result["result"] == "ProcessingFailed"
        ]
        self.write(self.destination["Prefix"], b"".join(kept))
        errors = self.destination["ErrorOutputPrefix"]
        errors = errors.replace("!{firehose:error-output-type}", "processing-failed")
        self.write(errors, "".join(json.dumps(each) + "\n" for each in failed).encode())

    def transform(self, records: list[dict]) -> list[dict]:
        arn = self.settings["LambdaArn"]
        permissions.require(self.destination["RoleARN"], "lambda:InvokeFunction", f"{arn}:$LATEST")
        event = {
            "invocationId": str(uuid.uuid4()),
            "deliveryStreamArn": self.stream.delivery_stream_arn,
            "region": self.backend.region_name,
            "records": records,
        }
        for _ in range(int(self.settings["NumberOfRetries"]) + 1):
            try:
                results = functions.call(arn, event)["records"]
            except functions.Failed:
                continue
            if [each["recordId"] for each in results] == [each["recordId"] for each in records]:
                return results
        return [{**each, "result": "ProcessingFailed"} for each in records]

    def write(self, prefix: str, data: bytes) -> None:
        if not data:
            return
        now = datetime.now(UTC)
        folder = prefix.replace("!{timestamp:yyyy/MM/dd/HH}", now.strftime("%Y/%m/%d/%H"))
        name = f"{self.stream.delivery_stream_name}-1-{now:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
        key = f"{folder}{name}{self.destination.get('FileExtension', '.gz')}"
        bucket = self.destination["BucketARN"]
        s3 = s3_backends[self.backend.account_id][self.backend.partition]
        encrypting = permissions.key_needs(s3, "PutObject", bucket.split(":")[-1])
        for action, needed, context in [("s3:PutObject", f"{bucket}/{key}", {}), *encrypting]:
            permissions.require(self.destination["RoleARN"], action, needed, context)
        s3.put_object(bucket.split(":")[-1], key, gzip.compress(data))


def put_record_batch(backend, delivery_stream_name, records):
    if len(records) > MOST_RECORDS:
        raise InvalidArgumentException("Batch size must be less than or equal to 500")
    stream = backend.delivery_streams[delivery_stream_name]
    with lock:
        buffer = waiting.setdefault(stream.delivery_stream_arn, Buffer(backend, stream))
        added = [buffer.add(record["Data"]) for record in records]
    return {"FailedPutCount": 0, "Encrypted": False, "RequestResponses": added}


def deliver_due() -> None:
    with lock:
        due = [(buffer, buffer.take_if_due()) for buffer in waiting.values()]
    for buffer, records in due:
        if records:
            world.later(buffer.deliver, records)


def install() -> None:
    FirehoseBackend.put_record_batch = put_record_batch
    world.repeatedly(deliver_due, 0.1)
