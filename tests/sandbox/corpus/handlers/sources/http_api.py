"""API Gateway HTTP API, payload version 2.0: cookies, query, forms, JSON, CORS, problem details."""

import base64
import binascii
import html
import json
from email.utils import formatdate
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl

sessions = {}


def problem(status, title):
    return {
        "statusCode": status,
        "headers": {"content-type": "application/problem+json"},
        "body": json.dumps({"title": title, "status": status}),
    }


def body_of(event):
    raw = event.get("body", "")
    if event.get("isBase64Encoded"):
        raw = base64.b64decode(raw, validate=True).decode("utf-8")
    kind = event["headers"].get("content-type", "").partition(";")[0]
    return dict(parse_qsl(raw)) if kind == "application/x-www-form-urlencoded" else json.loads(raw)


def handler(event, context):
    method = event["requestContext"]["http"]["method"]
    cookie = SimpleCookie("; ".join(event.get("cookies", [])))
    visitor = cookie["visitor"].value if "visitor" in cookie else f"v{len(sessions) + 1}"
    sessions[visitor] = sessions.get(visitor, 0) + 1
    if method == "OPTIONS":
        return {"statusCode": 204, "headers": {"access-control-allow-origin": "*"}}
    try:
        form = body_of(event) if method == "POST" else event.get("queryStringParameters", {})
    except (ValueError, binascii.Error) as error:
        return problem(400, type(error).__name__)
    if not form.get("name"):
        return problem(422, "name is missing")
    out = SimpleCookie()
    out["visitor"] = visitor
    out["visitor"]["max-age"] = 3600
    return {
        "statusCode": 200,
        "cookies": [out["visitor"].OutputString()],
        "headers": {"date": formatdate(usegmt=True), "content-type": "text/html"},
        "body": f"<p>Hello {html.escape(form['name'])}, visit {sessions[visitor]}</p>",
    }
