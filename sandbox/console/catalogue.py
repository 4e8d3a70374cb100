"""Which services, operations, waiters and pages there are, and how AWS CLI spells them.

Read from botocore's models, which are loaded once per process and service and shared with nothing: a model
in somebody's `~/.aws/models` changes nothing here.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from sandbox.console.customize import BOTO_NAMES, REMOVED_COMMANDS


class Service(msgspec.Struct, frozen=True):
    """What can be typed after `aws SERVICE`.

    Attributes:
        name: AWS CLI's name, such as "s3api".
        boto: boto3's client name, such as "s3".
        model: botocore's ServiceModel.
        operations: AWS CLI's names to AWS's names: `{"get-function": "GetFunction"}`.
        waiters: AWS CLI's names to botocore's: `{"function-active-v2": "FunctionActiveV2"}`.
        pages: AWS's operation names to botocore's description of their pages.
    """

    name: str
    boto: str
    model: Any
    operations: dict[str, str]
    waiters: dict[str, str]
    pages: dict[str, dict[str, Any]]

    @property
    def title(self) -> str:
        """The service's name as AWS writes it, such as "AWS Lambda"."""
        return str(self.model.metadata.get("serviceFullName", self.name))


@cache
def service_names() -> tuple[str, ...]:
    """AWS CLI's names of all services that botocore has a model of."""
    from sandbox.models import loader

    renamed = {boto: name for name, boto in BOTO_NAMES.items()}
    found = loader().list_available_services("service-2")
    return tuple(sorted(renamed.get(name, name) for name in found))


def cli_name(boto: str) -> str:
    """AWS CLI's name of a service that boto3 calls `boto`."""
    return next((name for name, other in BOTO_NAMES.items() if other == boto), boto)


@cache
def service(name: str) -> Service:
    """What there is of a service.

    Args:
        name: AWS CLI's name, one of `service_names`.
    """
    from botocore import xform_name

    from sandbox.models import paginator_data, service_model, waiter_data

    boto = BOTO_NAMES.get(name, name)
    model = service_model(boto)
    removed = REMOVED_COMMANDS.get(name, frozenset())
    operations = {xform_name(api, "-"): api for api in model.operation_names}
    waiters = waiter_data(boto)["waiters"]
    return Service(
        name=name,
        boto=boto,
        model=model,
        operations={kebab: api for kebab, api in operations.items() if kebab not in removed},
        waiters={xform_name(waiter, "-"): waiter for waiter in waiters},
        pages=paginator_data(boto)["pagination"],
    )


def waiter(of: Service, name: str) -> dict[str, Any]:
    """Botocore's description of a waiter, by botocore's name."""
    from sandbox.models import waiter_data

    return dict(waiter_data(of.boto)["waiters"][name])
