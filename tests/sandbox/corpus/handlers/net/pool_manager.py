"""urllib3, which the runtime has for boto3: one pool over all invocations, forms, streams, redirects."""

import json

import urllib3
from urllib3.exceptions import MaxRetryError

http = urllib3.PoolManager(
    num_pools=4, timeout=urllib3.Timeout(connect=1, read=2), retries=urllib3.Retry(2, redirect=1), maxsize=2
)


def handler(event, context):
    told = []
    reply = http.request("GET", "http://files.example/old", headers={"Accept": "*/*"})
    told.append((reply.status, reply.geturl(), reply.data.decode()))
    reply = http.request(
        "POST", "http://files.example/form", fields={"name": "ann", "n": "1"}, encode_multipart=False
    )
    told.append((reply.status, json.loads(reply.data)))
    with http.request("GET", "http://files.example/big", preload_content=False) as stream:
        told.append(sum(len(chunk) for chunk in stream.stream(1000)))
    try:
        http.request("GET", "http://closed.example/", retries=1)
    except MaxRetryError as error:
        told.append(type(error.reason).__name__)
    pool = http.connection_from_url("http://files.example/")
    return {"told": told, "connections": pool.num_connections, "requests": pool.num_requests}
