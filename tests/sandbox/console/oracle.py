"""AWS CLI v1 as an oracle, in a process of its own: it brings its own botocore and puts it in place of ours.

Run as a script: reads `{"commands": [{"words", "replies"}]}` or `{"tables": [service]}` as JSON from standard
input, and writes to standard output what AWS CLI made of each command, `{"code", "out", "err", "calls":
[[service, operation, parameters]]}`, or each service's operations with their options. Nothing reaches a
network: each call is answered with the next of the replies; one that is `{"Error": {...}}` is AWS's refusal.

Bytes and times cross the pipe as `{"$bytes": base64}` and `{"$time": iso}`.
"""

from __future__ import annotations

import base64
import io
import json
import os
import random
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

CONFIG = "[default]\nregion = us-east-1\ncli_timestamp_format = iso8601\ncli_follow_urlparam = false\n"
"""What makes v1 do as v2 does: times in ISO 8601, and no addresses fetched for a value.

Source: https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration-changes.html
"""


def packed(value: Any) -> Any:
    """A value as it crosses the pipe."""
    if isinstance(value, dict):
        return {key: packed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [packed(item) for item in value]
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes | bytearray):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    return float(value) if isinstance(value, Decimal) else value


def unpacked(value: Any) -> Any:
    """A value that came through the pipe."""
    if isinstance(value, dict):
        if set(value) == {"$bytes"}:
            return base64.b64decode(value["$bytes"])
        if set(value) == {"$time"}:
            return datetime.fromisoformat(value["$time"])
        return {key: unpacked(item) for key, item in value.items()}
    return [unpacked(item) for item in value] if isinstance(value, list) else value


def ask(commands: list[dict[str, Any]], folder: Path, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """What AWS CLI v1 makes of commands.

    Args:
        commands: `{"words": [...], "replies": [...]}`; words without `aws`.
        folder: an empty one, for the files and for AWS CLI's configuration.
        files: the content of the files that commands name.
    """
    answers: list[dict[str, Any]] = _process({"commands": commands}, folder, files)
    return answers


def ask_s3(lines: list[list[str]], folder: Path, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """What AWS CLI v1 makes of commands one after another, over an S3 of its own that is empty at first."""
    commands = [{"words": words, "replies": []} for words in lines]
    answers: list[dict[str, Any]] = _process({"commands": commands, "s3": True}, folder, files)
    return answers


def tables(services: list[str], folder: Path) -> dict[str, dict[str, list[str]]]:
    """The options of each operation, by AWS CLI v1's names of service and operation; no undocumented ones."""
    found: dict[str, dict[str, list[str]]] = _process({"tables": services}, folder, {})
    return found


def _process(asked: dict[str, Any], folder: Path, files: dict[str, bytes]) -> Any:
    work = folder / "work"
    work.mkdir()
    for name, content in files.items():
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_bytes(content)
    (folder / "config").write_text(CONFIG)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    environment = {
        **kept,
        "HOME": str(folder),
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "TZ": "UTC",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).absolute())],
        input=json.dumps(packed(asked)),
        capture_output=True,
        text=True,
        cwd=work,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return unpacked(json.loads(done.stdout))


def _encoded(value: Any, shape: Any) -> Any:
    """A parameter with the texts of its binary values as bytes, as botocore would send them."""
    kind = shape.type_name
    if kind == "blob" and isinstance(value, str):
        return value.encode()
    if kind == "structure" and isinstance(value, dict):
        return {name: _encoded(item, shape.members[name]) if name in shape.members else item
                for name, item in value.items()}  # fmt: skip
    if kind == "map" and isinstance(value, dict):
        return {name: _encoded(item, shape.value) for name, item in value.items()}
    return (
        [_encoded(item, shape.member) for item in value]
        if isinstance(value, list) and kind == "list"
        else value
    )


class _Stock:
    """One driver for all commands."""

    def __init__(self) -> None:
        from awscli.clidriver import create_clidriver

        self._driver = create_clidriver()
        self._calls: list[Any] = []
        self._replies: list[Any] = []
        self._asked: dict[int, dict[str, Any]] = {}
        self.buckets: dict[str, dict[str, bytes]] | None = None
        session = self._driver.session
        session.register("provide-client-params", self._note)
        session.register("before-call", self._answer)
        create, clients = session.create_client, {}

        def kept(service: str, *rest: Any, **settings: Any) -> Any:
            """A client costs more than its command."""
            if service not in clients:
                clients[service] = create(service, *rest, **settings)
            return clients[service]

        session.create_client = kept

    def _note(self, params: Any, model: Any, **_: Any) -> None:
        if self.buckets is not None:
            body = params["Body"].read() if "Body" in params else b""
            self._asked[threading.get_ident()] = {**params, "Body": body}
            return
        sent = {name: _encoded(value, model.input_shape.members[name]) for name, value in params.items()}
        self._calls.append([model.service_model.service_name, model.name, packed(sent)])

    def _answer(self, model: Any, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        if model.service_model.service_name == "s3" and self.buckets is not None:
            return self._in_s3(model.name, self._asked.pop(threading.get_ident()))
        reply = dict(self._replies.pop(0)) if self._replies else {}
        status = 400 if "Error" in reply else 200
        if status == 200 and model.has_streaming_output:
            payload = model.output_shape.serialization["payload"]
            reply[payload] = io.BytesIO(reply.get(payload, b""))
            # What writes the file is registered with the session, which a kept client no longer hears.
            name = f"after-call.{model.service_model.service_id.hyphenize()}.{model.name}"
            self._driver.session.emit(name, parsed=reply)
        return AWSResponse("https://x.example", status, {}, None), reply

    def _in_s3(self, operation: str, params: dict[str, Any]) -> Any:
        """An S3 of plain dictionaries."""
        from botocore.awsrequest import AWSResponse

        assert self.buckets is not None
        code, reply = 200, {}
        bucket, key = params.get("Bucket", ""), params.get("Key", "")
        objects = self.buckets.get(bucket, {})
        stamp = "2026-11-23T09:00:00+00:00"
        if operation == "ListBuckets":
            reply = {"Buckets": [{"Name": name, "CreationDate": stamp} for name in self.buckets]}
        elif operation == "CreateBucket":
            self.buckets[bucket] = objects
        elif bucket not in self.buckets:
            code, reply = (
                404,
                {"Error": {"Code": "NoSuchBucket", "Message": "The specified bucket does not exist"}},
            )
        elif operation == "DeleteBucket" and objects:
            words = "The bucket you tried to delete is not empty"
            code, reply = 409, {"Error": {"Code": "BucketNotEmpty", "Message": words}}
        elif operation == "DeleteBucket":
            del self.buckets[bucket]
        elif operation == "ListObjectsV2":
            reply = self._listed(objects, params.get("Prefix", ""), params.get("Delimiter", ""), stamp)
        elif operation in ("GetObject", "HeadObject") and key not in objects:
            code, reply = 404, {"Error": {"Code": "404", "Message": "Not Found"}}
        elif operation in ("GetObject", "HeadObject"):
            body = objects[key]
            reply = {
                "ContentLength": len(body),
                "LastModified": stamp,
                "ETag": '"x"',
                "Body": io.BytesIO(body),
            }
        elif operation == "PutObject":
            objects[key] = params["Body"]
        elif operation == "CopyObject":
            source = params["CopySource"]
            objects[key] = self.buckets[source["Bucket"]][source["Key"]]
        elif operation == "DeleteObject":
            objects.pop(key, None)
        return AWSResponse("https://x.example", code, {}, None), reply

    def _listed(self, objects: dict[str, bytes], prefix: str, delimiter: str, stamp: str) -> dict[str, Any]:
        contents, folders = [], {}
        for key in sorted(key for key in objects if key.startswith(prefix)):
            head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
            if found:
                folders[prefix + head + delimiter] = None
            else:
                contents.append({"Key": key, "Size": len(objects[key]), "LastModified": stamp, "ETag": '"x"'})
        return {"Contents": contents, "CommonPrefixes": [{"Prefix": name} for name in folders]}

    def table(self, service: str) -> dict[str, list[str]]:
        operations = self._driver._get_command_table()[service]._get_command_table()
        shown: dict[str, list[str]] = {}
        for name, operation in operations.items():
            options = getattr(operation, "arg_table", {})
            shown[name] = [
                key for key, option in options.items() if not getattr(option, "_UNDOCUMENTED", False)
            ]
        return shown

    def run(self, words: list[str], replies: list[Any]) -> dict[str, Any]:
        self._calls, self._replies, self._asked = [], list(replies), {}
        if words[0] in (table := self._driver._get_command_table()):
            table[
                words[0]
            ]._command_table = None  # --no-paginate changes the options of an operation for good
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = self._driver.main(words)
                self._driver._emit_session_event = lambda parsed: None  # its handlers would pile up
            except SystemExit as leaving:
                code = leaving.code
        shown = []
        for stream in (out, err):
            stream.flush()
            shown.append(stream.buffer.getvalue().decode())
        return {"code": code, "out": shown[0], "err": shown[1], "calls": self._calls}


if __name__ == "__main__":
    random.choice = lambda choices: choices[0]  # of the values of an enum in a skeleton, the first
    stock = _Stock()
    asked = unpacked(json.load(sys.stdin))
    stock.buckets = {} if asked.get("s3") else None
    if "tables" in asked:
        json.dump({name: stock.table(name) for name in asked["tables"]}, sys.stdout)
    else:
        json.dump([stock.run(one["words"], one["replies"]) for one in asked["commands"]], sys.stdout)
