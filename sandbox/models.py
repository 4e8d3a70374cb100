"""Botocore's models of AWS's services, loaded once per process."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel


class _Models(Loader):  # type: ignore[misc]
    """Looks once for the services that there are, not once for each kind of file about them: 440 folders."""

    def list_available_services(self, type_name: str) -> list[str]:
        del type_name
        found: list[str] = super().list_available_services("service-2")
        return found


@cache
def loader() -> Loader:
    """Botocore's own models, whatever a user's ~/.aws/models may hold."""
    return _Models(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@cache
def service_model(service: str) -> ServiceModel:
    """The model of a service, by boto3's client name."""
    return ServiceModel(loader().load_service_model(service, "service-2"), service)


@cache
def operation_names(service: str) -> dict[str, str]:
    """boto3's method names of a service, to AWS's operation names."""
    return {xform_name(name): name for name in service_model(service).operation_names}


@cache
def waiter_data(service: str) -> dict[str, Any]:
    """The waiters of a service, as botocore describes them; empty where it has none."""
    from botocore.exceptions import DataNotFoundError, UnknownServiceError

    try:
        return dict(loader().load_service_model(service, "waiters-2"))
    except (DataNotFoundError, UnknownServiceError):
        return {"version": 2, "waiters": {}}


@cache
def paginator_data(service: str) -> dict[str, Any]:
    """The paginators of a service, as botocore describes them; empty where it has none."""
    from botocore.exceptions import DataNotFoundError, UnknownServiceError

    try:
        return dict(loader().load_service_model(service, "paginators-1"))
    except (DataNotFoundError, UnknownServiceError):
        return {"pagination": {}}
