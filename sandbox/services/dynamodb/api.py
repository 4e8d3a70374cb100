"""The operations of DynamoDB on items, as boto3 has them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sandbox.services.base import Call, operation, refuse
from sandbox.services.dynamodb import errors, language, queries, values
from sandbox.services.dynamodb.batches import BatchOperations
from sandbox.services.dynamodb.conditions import holds
from sandbox.services.dynamodb.model import AttributeValue, Item, ItemKey, Table
from sandbox.services.dynamodb.placeholders import Placeholders
from sandbox.services.dynamodb.trees import Path
from sandbox.services.dynamodb.updates import updated
from sandbox.trace import ItemDeleted, ItemStored

Names = dict[str, str]
Values = dict[str, dict[str, Any]]


class _Write(msgspec.Struct, frozen=True):
    """What all writes may ask for.

    Attributes:
        known: what stands for names and values in the request's expressions.
        condition: must hold of the item that is there; None for none.
        returned: ReturnValues.
        told: ReturnValuesOnConditionCheckFailure.
        capacity: ReturnConsumedCapacity.
    """

    known: Placeholders
    condition: Any
    returned: str
    told: str
    capacity: str

    def check(self, item: Item | None) -> Item | None:
        """The item that is there, when the condition holds of it.

        Raises:
            AwsError: it does not.
        """
        attributes = item.attributes if item is not None else {}
        if self.condition is not None and not holds(self.condition, attributes):
            raise errors.condition_failed(dict(attributes) if self.told == "ALL_OLD" and attributes else None)
        return item


class DynamoDbService(BatchOperations):
    """Tables with items."""

    # -- for the world -------------------------------------------------------------------------------------

    def items(self, table_name: str) -> list[dict[str, AttributeValue]]:
        """The items of a table, by their keys; nothing is read as a caller would.

        Raises:
            LookupError: there is no such table.
        """
        table = self.tables.get(table_name)
        if table is None:
            raise LookupError(f"there is no table {table_name}")
        return [dict(item.attributes) for _, item in sorted(table.items.items(), key=lambda entry: entry[0])]

    # -- one item ------------------------------------------------------------------------------------------

    @operation("dynamodb:GetItem", "table_arn")
    def get_item(
        self,
        call: Call,
        *,
        TableName: str,
        Key: Values,
        ConsistentRead: bool = False,
        ProjectionExpression: str | None = None,
        ExpressionAttributeNames: Names | None = None,
        ReturnConsumedCapacity: str = "NONE",
        **others: Any,
    ) -> dict[str, Any]:
        """An item, or nothing when there is none."""
        del call
        refuse(others)
        table = self._there(TableName)
        known = Placeholders(ExpressionAttributeNames, None, self.port.facts)
        paths = None if ProjectionExpression is None else language.projection(ProjectionExpression, known)
        known.check_used(paths is not None)
        item = table.items.get(values.key_given(table, Key, self.port.facts))
        reply: dict[str, Any] = {} if item is None else {"Item": queries.projected(item.attributes, paths)}
        size = item.size if item is not None else 0
        return {**reply, **self._read(table, size, ConsistentRead, ReturnConsumedCapacity)}

    @operation("dynamodb:PutItem", "table_arn")
    def put_item(self, call: Call, *, TableName: str, Item: Values, **more: Any) -> dict[str, Any]:
        """Put an item in the place of the one with its key, if there is one."""
        table, write = self._there(TableName), self._write(more, "NONE", "ALL_OLD")
        write.known.check_used(write.condition is not None)
        facts = self.port.facts
        attributes = {name: values.checked(value, facts, writes=True) for name, value in Item.items()}
        key = values.key_of(table, attributes, facts)
        before = write.check(table.items.get(key))
        stored = self._store(table, key, attributes, call.cause)
        return {
            **_returned(write.returned, before, stored),
            **self._wrote(table, before, stored, write.capacity),
        }

    @operation("dynamodb:DeleteItem", "table_arn")
    def delete_item(self, call: Call, *, TableName: str, Key: Values, **more: Any) -> dict[str, Any]:
        """Delete an item; it is no error when there is none."""
        table, write = self._there(TableName), self._write(more, "NONE", "ALL_OLD")
        write.known.check_used(write.condition is not None)
        key = values.key_given(table, Key, self.port.facts)
        before = write.check(table.items.get(key))
        self._drop(table, key, call.cause)
        return {**_returned(write.returned, before, None), **self._wrote(table, before, None, write.capacity)}

    @operation("dynamodb:UpdateItem", "table_arn")
    def update_item(
        self, call: Call, *, TableName: str, Key: Values, UpdateExpression: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Change an item, or make it when there is none."""
        table, write = self._there(TableName), self._write(more)
        facts = self.port.facts
        changes = () if UpdateExpression is None else language.update(UpdateExpression, write.known)
        write.known.check_used(UpdateExpression is not None or write.condition is not None)
        key = values.key_given(table, Key, facts)
        for change in changes:
            if change.path.parts[0] in {part.name for part in table.keys}:
                raise errors.parameters(
                    f"Cannot update attribute {change.path.parts[0]}. This attribute is part of the key"
                )
        before = write.check(table.items.get(key))
        if before is not None:
            there = before.attributes
        else:
            there = {name: values.checked(value, facts) for name, value in Key.items()}
        stored = self._store(table, key, updated(there, changes, facts), call.cause)
        touched = tuple(change.path for change in changes)
        reply = _returned(write.returned, before, stored, touched)
        return {**reply, **self._wrote(table, before, stored, write.capacity)}

    def _write(self, more: dict[str, Any], *returns: str) -> _Write:
        """What the parameters say that all writes have.

        Args:
            more: those parameters, and others, which are refused.
            returns: what ReturnValues may be; anything when empty.
        """
        names, given = more.pop("ExpressionAttributeNames", None), more.pop("ExpressionAttributeValues", None)
        text, returned = more.pop("ConditionExpression", None), more.pop("ReturnValues", "NONE")
        told = more.pop("ReturnValuesOnConditionCheckFailure", "NONE")
        capacity = more.pop("ReturnConsumedCapacity", "NONE")
        refuse(more)
        if returns and returned not in returns:
            raise errors.invalid("Return values set to invalid value")
        known = Placeholders(names, given, self.port.facts, writes=True)
        condition = None if text is None else language.condition(text, "ConditionExpression", known)
        return _Write(known, condition, returned, told, capacity)

    def _store(
        self, table: Table, key: ItemKey, attributes: Mapping[str, AttributeValue], cause: int
    ) -> Item:
        item = self._sized(attributes, updates=key in table.items)
        self.port.trace.emit(ItemStored, table.arn, _shown(table, attributes), cause=cause)
        table.items[key] = item
        return item

    def _drop(self, table: Table, key: ItemKey, cause: int) -> None:
        item = table.items.pop(key, None)
        if item is not None:
            self.port.trace.emit(ItemDeleted, table.arn, _shown(table, item.attributes), cause=cause)

    # -- many items ----------------------------------------------------------------------------------------

    @operation("dynamodb:Query", "table_arn")
    def query(
        self,
        call: Call,
        *,
        TableName: str,
        KeyConditionExpression: str | None = None,
        ScanIndexForward: bool = True,
        **more: Any,
    ) -> dict[str, Any]:
        """Items of one partition, by their sort key."""
        del call
        table = self._there(TableName)
        if KeyConditionExpression is None:
            raise errors.invalid(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
                "request."
            )
        known = self._known(more)
        tree = language.condition(KeyConditionExpression, "KeyConditionExpression", known)
        wanted = queries.key_condition(tree, table, self.port.facts)
        found = queries.queried(table, wanted, self._start(table, more), forward=ScanIndexForward)
        return self._page(table, found, known, more, expressions=True)

    @operation("dynamodb:Scan", "table_arn")
    def scan(
        self,
        call: Call,
        *,
        TableName: str,
        Segment: int | None = None,
        TotalSegments: int | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """All items."""
        del call
        table = self._there(TableName)
        if (Segment is None) != (TotalSegments is None):
            given, absent = ("TotalSegments", "Segment") if Segment is None else ("Segment", "TotalSegments")
            raise errors.invalid(
                f"The {absent} parameter is required but was not present in the request when parameter "
                f"{given} is present"
            )
        segment, segments = Segment or 0, TotalSegments or 1
        if segment >= segments:
            raise errors.invalid(
                "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                f"Segment: {segment} is not less than TotalSegments: {segments}"
            )
        known = self._known(more)
        found = queries.scanned(table, self._start(table, more), segment, segments)
        return self._page(table, found, known, more, expressions=False)

    def _known(self, more: dict[str, Any]) -> Placeholders:
        names = more.pop("ExpressionAttributeNames", None)
        return Placeholders(names, more.pop("ExpressionAttributeValues", None), self.port.facts)

    def _start(self, table: Table, more: dict[str, Any]) -> ItemKey | None:
        given = more.pop("ExclusiveStartKey", None)
        return None if given is None else values.key_given(table, given, self.port.facts)

    def _page(
        self,
        table: Table,
        found: list[tuple[ItemKey, Item]],
        known: Placeholders,
        more: dict[str, Any],
        *,
        expressions: bool,
    ) -> dict[str, Any]:
        text, shown = more.pop("FilterExpression", None), more.pop("ProjectionExpression", None)
        select, limit = more.pop("Select", None), more.pop("Limit", None)
        consistent = more.pop("ConsistentRead", False)
        capacity = more.pop("ReturnConsumedCapacity", "NONE")
        refuse(more)
        condition = None if text is None else language.condition(text, "FilterExpression", known)
        paths = None if shown is None else language.projection(shown, known)
        known.check_used(expressions or condition is not None or paths is not None)
        facts = self.port.facts
        page = queries.page(table, found, limit, condition, facts)
        reply: dict[str, Any] = {"Count": len(page.items), "ScannedCount": page.scanned}
        if select != "COUNT":
            reply["Items"] = [queries.projected(item.attributes, paths) for item in page.items]
        if page.last is not None:
            reply["LastEvaluatedKey"] = page.last
        return {**reply, **self._read(table, page.size, consistent, capacity)}


def _shown(table: Table, attributes: Mapping[str, AttributeValue]) -> str:
    """The key of an item in words: `{"id": "7"}`."""
    key = values.named(attributes, table.keys)
    plain = {name: value[values.kind_of(value)] for name, value in key.items()}
    return json.dumps(plain, default=lambda raw: raw.hex())


def _returned(
    wanted: str, before: Item | None, after: Item | None, touched: Sequence[Path] = ()
) -> dict[str, Any]:
    """What a write gives back, by its ReturnValues."""
    old = before.attributes if before is not None else {}
    new = after.attributes if after is not None else {}
    parts = {
        "ALL_OLD": dict(old),
        "ALL_NEW": dict(new),
        "UPDATED_OLD": queries.projected(old, tuple(touched)),
        "UPDATED_NEW": queries.projected(new, tuple(touched)),
    }.get(wanted, {})
    return {"Attributes": parts} if parts else {}
