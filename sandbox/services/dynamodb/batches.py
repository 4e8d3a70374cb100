"""The operations of DynamoDB on many items at once, and what reading and writing costs in capacity units."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from sandbox.identity import Request
from sandbox.services.base import AwsError, Call, not_here, operation, refuse
from sandbox.services.dynamodb import errors, language, queries, values
from sandbox.services.dynamodb.model import AttributeValue, Item, ItemKey, Table
from sandbox.services.dynamodb.placeholders import Placeholders
from sandbox.services.dynamodb.tables import TableOperations

LEADING_KEYS = "dynamodb:LeadingKeys"
"""The condition key that tells the partition keys that a request is about."""


def _one_table(asked: Mapping[str, Any]) -> None:
    if len(asked) > 1:
        raise not_here("a batch over several tables")


class BatchOperations(TableOperations):
    """BatchGetItem and BatchWriteItem, of one table; each item is read or written by itself.

    [SIM] Nothing is ever left unprocessed, because tables are never throttled here.
    """

    @abstractmethod
    def _store(
        self, table: Table, key: ItemKey, attributes: Mapping[str, AttributeValue], cause: int
    ) -> Item:
        """Store an item; see the class that can."""

    @abstractmethod
    def _drop(self, table: Table, key: ItemKey, cause: int) -> None:
        """Delete an item; see the class that can."""

    @operation("dynamodb:BatchGetItem", "batch_arn")
    def batch_get_item(
        self, call: Call, *, RequestItems: dict[str, dict[str, Any]], ReturnConsumedCapacity: str = "NONE"
    ) -> dict[str, Any]:
        """Items of a table by their keys."""
        _one_table(RequestItems)
        facts = self.port.facts
        if sum(len(asked["Keys"]) for asked in RequestItems.values()) > facts["dynamodb.batch_get_max"]:
            raise errors.invalid("Too many items requested for the BatchGetItem call")
        found: dict[str, list[dict[str, AttributeValue]]] = {}
        used: list[dict[str, Any]] = []
        for name, asked in RequestItems.items():
            refuse({"AttributesToGet": asked.get("AttributesToGet")})
            table = self._there(name)
            known = Placeholders(asked.get("ExpressionAttributeNames"), None, facts)
            text = asked.get("ProjectionExpression")
            paths = None if text is None else language.projection(text, known)
            known.check_used(paths is not None)
            keys = [values.key_given(table, key, facts) for key in asked["Keys"]]
            if len(set(keys)) < len(keys):
                raise errors.invalid("Provided list of item keys contains duplicates")
            for key in keys:
                self._may_lead(call, "dynamodb:BatchGetItem", table, key)
            there = [table.items[key] for key in keys if key in table.items]
            found[name] = [queries.projected(item.attributes, paths) for item in there]
            size = sum(item.size for item in there)
            used += self._read(
                table, size, asked.get("ConsistentRead", False), ReturnConsumedCapacity
            ).values()
        reply: dict[str, Any] = {"Responses": found, "UnprocessedKeys": {}}
        return {**reply, "ConsumedCapacity": used} if used else reply

    @operation("dynamodb:BatchWriteItem", "batch_arn")
    def batch_write_item(
        self,
        call: Call,
        *,
        RequestItems: dict[str, list[dict[str, Any]]],
        ReturnConsumedCapacity: str = "NONE",
        **others: Any,
    ) -> dict[str, Any]:
        """Put and delete items of a table."""
        refuse(others)
        _one_table(RequestItems)
        facts = self.port.facts
        if sum(map(len, RequestItems.values())) > facts["dynamodb.batch_write_max"]:
            raise errors.invalid("Too many items requested for the BatchWriteItem call")
        work: list[tuple[Table, ItemKey, dict[str, AttributeValue] | None]] = []
        for name, requests in RequestItems.items():
            table = self._there(name)
            work += [(table, *self._asked(table, request)) for request in requests]
        places = [(table.name, key) for table, key, _ in work]
        if len(set(places)) < len(places):
            raise errors.invalid("Provided list of item keys contains duplicates")
        # One item that is refused refuses them all.
        for table, key, attributes in work:
            self._may_lead(call, "dynamodb:BatchWriteItem", table, key)
            if attributes is not None:
                self._sized(attributes, updates=False)
        used: list[dict[str, Any]] = []
        for table, key, attributes in work:
            before = table.items.get(key)
            stored = None if attributes is None else self._store(table, key, attributes, call.cause)
            if stored is None:
                self._drop(table, key, call.cause)
            used += self._wrote(table, before, stored, ReturnConsumedCapacity).values()
        reply: dict[str, Any] = {"UnprocessedItems": {}}
        return {**reply, "ConsumedCapacity": used} if used else reply

    def batch_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN of the table of a batch."""
        return self.table_arn({"TableName": next(iter(params["RequestItems"]), "")})

    def _asked(
        self, table: Table, request: dict[str, Any]
    ) -> tuple[ItemKey, dict[str, AttributeValue] | None]:
        facts = self.port.facts
        if len(request) != 1:
            raise errors.parameters(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                "supported datatypes"
            )
        if "DeleteRequest" in request:
            return values.key_given(table, request["DeleteRequest"]["Key"], facts), None
        given = request["PutRequest"]["Item"]
        attributes = {name: values.checked(value, facts, writes=True) for name, value in given.items()}
        return values.key_of(table, attributes, facts), attributes

    def _sized(self, attributes: Mapping[str, AttributeValue], *, updates: bool) -> Item:
        """The item of some attributes.

        Raises:
            AwsError: it is too large.
        """
        item = values.item_of(attributes)
        if item.size > self.port.facts["dynamodb.item_max"]:
            what = "Item size to update has" if updates else "Item size has"
            raise errors.invalid(f"{what} exceeded the maximum allowed size")
        return item

    def _may_lead(self, call: Call, action: str, table: Table, key: ItemKey) -> None:
        """Ask IAM for an item of a batch: its partition key is the condition key dynamodb:LeadingKeys.

        Raises:
            AwsError: AccessDeniedException.
        """
        context = {**call.seen, LEADING_KEYS: values.shown(key[0])}
        decision = self.port.authorize(call.principal, action, table.arn, cause=call.cause, context=context)
        if not decision.allowed:
            raise self.denied(action, Request(call.principal, action, table.arn, context), decision)

    def conditions(self, operation: str, params: Mapping[str, Any]) -> Mapping[str, str]:
        """dynamodb:LeadingKeys, for an operation on one item."""
        table = self.tables.get(params.get("TableName", "").rpartition("/")[2])
        if table is None:
            return {}
        given = params.get("Key") or params.get("Item") or {}
        if operation == "Query":
            given = self._queried_key(table, params)
        value = given.get(table.partition.name) or {}
        inner = value.get(table.partition.type)
        return {} if inner is None else {LEADING_KEYS: str(inner)}

    def _queried_key(self, table: Table, params: Mapping[str, Any]) -> dict[str, AttributeValue]:
        names, given = params.get("ExpressionAttributeNames"), params.get("ExpressionAttributeValues")
        try:
            known = Placeholders(names, given, self.port.facts)
            text = params.get("KeyConditionExpression", "")
            tree = language.condition(text, "KeyConditionExpression", known)
            return {table.partition.name: queries.key_condition(tree, table, self.port.facts).partition}
        except AwsError:
            return {}  # what is wrong with it is answered by the operation itself

    # -- capacity ------------------------------------------------------------------------------------------

    def _read(self, table: Table, size: int, consistent: bool, told: str) -> dict[str, Any]:
        """ConsumedCapacity of a read, when it was asked for: half a unit unless the read is consistent."""
        units = float(max(1, -(-size // self.port.facts["dynamodb.read_unit"])))
        return self._capacity(table, units if consistent else units / 2, told)

    def _wrote(self, table: Table, before: Item | None, after: Item | None, told: str) -> dict[str, Any]:
        """ConsumedCapacity of a write, when it was asked for: by the larger of the item before and after."""
        size = max((item.size for item in (before, after) if item is not None), default=0)
        return self._capacity(table, float(max(1, -(-size // self.port.facts["dynamodb.write_unit"]))), told)

    def _capacity(self, table: Table, units: float, told: str) -> dict[str, Any]:
        if told == "NONE":
            return {}
        shown: dict[str, Any] = {"TableName": table.name, "CapacityUnits": units}
        if told == "INDEXES":
            shown["Table"] = {"CapacityUnits": units}
        return {"ConsumedCapacity": shown}
