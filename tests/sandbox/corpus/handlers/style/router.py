"""A small router in the manner of API frameworks, over API Gateway's proxy events (payload version 1.0)."""

import base64
import json
import re
from http import HTTPStatus


class HTTPError(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = HTTPStatus(status)


class Router:
    def __init__(self):
        self.routes = []

    def route(self, method, path):
        pattern = re.compile("^" + re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path) + "$")

        def register(function):
            self.routes.append((method, pattern, function))
            return function

        return register

    get = lambda self, path: self.route("GET", path)
    post = lambda self, path: self.route("POST", path)

    def resolve(self, event):
        allowed = set()
        for method, pattern, function in self.routes:
            if found := pattern.match(event["path"]):
                if method == event["httpMethod"]:
                    return function(event, **found.groupdict())
                allowed.add(method)
        raise HTTPError(405 if allowed else 404, ", ".join(sorted(allowed)) or "no such page")


app = Router()
items = {"1": {"name": "pen"}}


@app.get("/items/<item_id>")
def get_item(event, item_id):
    if item_id not in items:
        raise HTTPError(404, f"no item {item_id}")
    return items[item_id]


@app.post("/items")
def add_item(event):
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    try:
        item = json.loads(body)
    except json.JSONDecodeError:
        raise HTTPError(400, "body is not JSON") from None
    items[str(len(items) + 1)] = item
    return {"id": len(items)}, 201


def respond(body, status=200):
    return {
        "statusCode": int(status),
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body, separators=(",", ":")),
        "isBase64Encoded": False,
    }


def lambda_handler(event, context):
    try:
        result = app.resolve(event)
        return respond(*result) if isinstance(result, tuple) else respond(result)
    except HTTPError as error:
        return respond({"error": str(error), "reason": error.status.phrase}, error.status)
