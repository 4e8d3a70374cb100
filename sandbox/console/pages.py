"""Replies in pages: AWS CLI asks for all of them and shows one reply.

A page setting (`--max-items`, `--page-size`, `--starting-token`) belongs to AWS CLI; a token or limit of the
operation itself, such as `--marker`, turns the pages off, as `--no-paginate` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.console.arguments import Command
from sandbox.console.errors import MistakeError
from sandbox.console.output import plain

_SETTINGS = ("starting-token", "page-size", "max-items")


def wanted(asked: Command, params: dict[str, Any], values: dict[str, Any], *, allowed: bool) -> bool:
    """Whether all pages of a reply are to be asked for.

    Args:
        asked: the command.
        params: what goes to AWS.
        values: the options that were given, by name.
        allowed: False with `--no-paginate`.

    Raises:
        MistakeError: a page setting was given, and pages are off.
    """
    if asked.pages is None:
        return False
    tokens = asked.pages["input_token"]
    manual = {*(tokens if isinstance(tokens, list) else [tokens]), asked.pages.get("limit_key")}
    if allowed and not manual & set(params):
        return True
    clash = [f"--{name}" for name in _SETTINGS if values.get(name) and name not in asked.shadowed]
    if clash:
        raise MistakeError(
            f"Cannot specify --no-paginate along with pagination arguments: {', '.join(clash)}", "parameter"
        )
    return False


class Pages:
    """All pages of a reply.

    Args:
        asked: the command.
        call: the client's method.
        params: what goes to AWS.
        config: StartingToken, PageSize and MaxItems, as far as given.
    """

    def __init__(
        self,
        asked: Command,
        call: Callable[..., dict[str, Any]],
        params: dict[str, Any],
        config: dict[str, Any],
    ) -> None:
        from botocore.paginate import Paginator

        paginator = Paginator(call, asked.pages, asked.operation)
        self._iterator = paginator.paginate(**params, PaginationConfig=config)

    def whole(self) -> dict[str, Any]:
        """One reply made of all pages, with NextToken where MaxItems cut it off."""
        result: dict[str, Any] = plain(self._iterator.build_full_result())
        return result

    def each(self) -> Iterator[dict[str, Any]]:
        """The pages one by one, only what they list, as `--output text` shows them."""
        from botocore.utils import set_value_from_jmespath

        keys = self._iterator.result_keys
        for number, page in enumerate(self._iterator):
            current: dict[str, Any] = dict(self._iterator.non_aggregate_part) if number == 0 else {}
            for key in keys:
                set_value_from_jmespath(current, key.expression, key.search(page))
            yield plain(current)
        if self._iterator.resume_token:
            yield {"NextToken": {"NextToken": self._iterator.resume_token}}
