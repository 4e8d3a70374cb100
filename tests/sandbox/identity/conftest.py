from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.identity import Document, NamedPolicy, Principal

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"

Statements = dict[str, Any]
MakePolicy = Callable[..., NamedPolicy]
MakeDocument = Callable[..., Document]


@pytest.fixture
def ada() -> Principal:
    return Principal(f"arn:aws:iam::{ACCOUNT}:user/team/ada", "user", ACCOUNT, "AIDAADAADAADAADAADAAD")


@pytest.fixture
def worker() -> Principal:
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/orders"
    return Principal(arn, "session", ACCOUNT, "AROAWORKERWORKERWORKE:orders", ROLE)


@pytest.fixture
def root() -> Principal:
    return Principal(f"arn:aws:iam::{ACCOUNT}:root", "root", ACCOUNT, ACCOUNT)


@pytest.fixture
def s3() -> Principal:
    return Principal("s3.amazonaws.com", "service", "", "")


@pytest.fixture
def document() -> MakeDocument:
    def make(*statements: Statements) -> Document:
        return Document.parse(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))

    return make


@pytest.fixture
def policy(document: MakeDocument) -> MakePolicy:
    def make(name: str, *statements: Statements, arn: str = "") -> NamedPolicy:
        return NamedPolicy(name, document(*statements), arn, ROLE)

    return make
