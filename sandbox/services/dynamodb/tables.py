"""The operations of DynamoDB on tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.kernel import as_datetime, told
from sandbox.services.base import Call, Port, Service, operation, refuse
from sandbox.services.dynamodb import errors
from sandbox.services.dynamodb.model import ACTIVE, CREATING, DELETING, KeyPart, Table

_NAME = re.compile(r"[a-zA-Z0-9_.-]+")
_ARN = re.compile(r"arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table/(?P<name>[a-zA-Z0-9_.-]+)", re.ASCII)


class TableOperations(Service):
    """Tables: made, described, listed, deleted."""

    name = "dynamodb"

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.tables: dict[str, Table] = {}

    def table_arn(self, params: Mapping[str, Any]) -> str:
        """The ARN of the table that a request is about, told from its TableName or ResourceArn.

        An ARN is asked for as it was given: only our own tables' have the form that finds one.
        """
        name = params.get("TableName") or params.get("ResourceArn") or ""
        return name if name.startswith("arn:") else self.arn(f"table/{name}")

    def _plain(self, name: str) -> str:
        """A table's name, from itself or from its ARN.

        Raises:
            AwsError: an ARN that is none, or of a table that is not ours.
        """
        if not name.startswith("arn:"):
            return name
        match = _ARN.fullmatch(name)
        if match is None:
            raise errors.invalid(f"Invalid TableArn: Invalid ResourceArn provided as input {name}")
        if self.arn(f"table/{match['name']}") != name:
            raise errors.no_table()
        return match["name"]

    def _there(self, name: str, *, named: bool = False) -> Table:
        """A table that can be used.

        Raises:
            AwsError: there is none, or it is not there yet.
        """
        plain = self._plain(name)
        self._check_name(plain)
        table = self.tables.get(plain)
        if table is None or (table.status != ACTIVE and not named):
            raise errors.no_table(plain if named else "")
        return table

    def _check_name(self, name: str) -> None:
        shortest, longest = self.port.facts["dynamodb.table_name_length"]
        if not shortest <= len(name) <= longest:
            raise errors.invalid(
                f"TableName must be at least {shortest} characters long and at most {longest} characters long"
            )
        if not _NAME.fullmatch(name):
            rule = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
            raise errors.constraint(name, "tableName", rule)

    @operation("dynamodb:CreateTable", "table_arn")
    def create_table(
        self,
        call: Call,
        *,
        TableName: str,
        KeySchema: list[dict[str, str]] | None = None,
        AttributeDefinitions: list[dict[str, str]] | None = None,
        BillingMode: str = "PROVISIONED",
        ProvisionedThroughput: dict[str, int] | None = None,
        DeletionProtectionEnabled: bool = False,
        Tags: list[dict[str, str]] | None = None,
        TableClass: str = "STANDARD",
        SSESpecification: dict[str, Any] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Make a table; it is ACTIVE after a while [SIM: dynamodb.create_delay]."""
        del call, TableClass, SSESpecification
        refuse(others)
        self._check_name(TableName)
        parts = _key_parts(KeySchema or [], AttributeDefinitions or [])
        read, write = _units(BillingMode, ProvisionedThroughput)
        if TableName in self.tables:
            raise errors.table_exists(TableName)
        kernel = self.port.kernel
        arn = self.arn(f"table/{TableName}")
        sort = parts[1] if len(parts) > 1 else None
        table = Table(TableName, arn, kernel.uuid("table id"), parts[0], sort, kernel.now)
        table.billing, table.read_units, table.write_units = BillingMode, read, write
        table.protected = DeletionProtectionEnabled
        table.tags = {tag["Key"]: tag["Value"] for tag in Tags or []}
        self.tables[TableName] = table
        kernel.after(self.port.facts.us("dynamodb.create_delay"), self._created, table)
        return {"TableDescription": self._described(table)}

    @told(lambda table: f"table {table.name}: ACTIVE")
    def _created(self, table: Table) -> None:
        table.status = ACTIVE

    @operation("dynamodb:DescribeTable", "table_arn")
    def describe_table(self, call: Call, *, TableName: str) -> dict[str, Any]:
        """What a table is."""
        del call
        return {"Table": self._described(self._there(TableName, named=True))}

    @operation("dynamodb:ListTables")
    def list_tables(
        self, call: Call, *, ExclusiveStartTableName: str = "", Limit: int | None = None
    ) -> dict[str, Any]:
        """The names of the tables, in their order."""
        del call
        most = Limit or self.port.facts["dynamodb.list_tables_max"]
        names = sorted(name for name in self.tables if name > ExclusiveStartTableName)
        reply: dict[str, Any] = {"TableNames": names[:most]}
        if len(names) > most:
            reply["LastEvaluatedTableName"] = names[most - 1]
        return reply

    @operation("dynamodb:DeleteTable", "table_arn")
    def delete_table(self, call: Call, *, TableName: str) -> dict[str, Any]:
        """Delete a table and what is in it; it is gone after a while [SIM: dynamodb.delete_delay]."""
        del call
        table = self._there(TableName, named=True)
        if table.status != ACTIVE:
            raise errors.table_busy(table.name, "created" if table.status == CREATING else "deleted")
        if table.protected:
            raise errors.invalid(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                "protection first."
            )
        table.status = DELETING
        self.port.kernel.after(self.port.facts.us("dynamodb.delete_delay"), self._deleted, table)
        return {"TableDescription": self._described(table)}

    @told(lambda table: f"table {table.name}: gone")
    def _deleted(self, table: Table) -> None:
        del self.tables[table.name]

    @operation("dynamodb:ListTagsOfResource", "table_arn")
    def list_tags_of_resource(self, call: Call, *, ResourceArn: str, NextToken: str = "") -> dict[str, Any]:
        """The tags of a table."""
        del call, NextToken
        table = self._there(ResourceArn)
        return {"Tags": [{"Key": key, "Value": value} for key, value in table.tags.items()]}

    def _described(self, table: Table) -> dict[str, Any]:
        kinds = ("HASH", "RANGE")
        shown: dict[str, Any] = {
            "AttributeDefinitions": [
                {"AttributeName": part.name, "AttributeType": part.type}
                for part in sorted(table.keys, key=lambda part: part.name)
            ],
            "TableName": table.name,
            "KeySchema": [
                {"AttributeName": part.name, "KeyType": kind}
                for part, kind in zip(table.keys, kinds, strict=False)
            ],
            "TableStatus": table.status,
            "CreationDateTime": as_datetime(table.created),
            "ProvisionedThroughput": {
                "NumberOfDecreasesToday": 0,
                "ReadCapacityUnits": table.read_units,
                "WriteCapacityUnits": table.write_units,
            },
            "TableSizeBytes": sum(item.size for item in table.items.values()),
            "ItemCount": len(table.items),
            "TableArn": table.arn,
            "TableId": table.uid,
            "DeletionProtectionEnabled": table.protected,
        }
        if table.billing == "PAY_PER_REQUEST":
            shown["BillingModeSummary"] = {"BillingMode": table.billing}
            if table.status == ACTIVE:
                shown["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = shown["CreationDateTime"]
        return shown


def _key_parts(schema: list[dict[str, str]], definitions: list[dict[str, str]]) -> list[KeyPart]:
    types = {one["AttributeName"]: one["AttributeType"] for one in definitions}
    names = [one["AttributeName"] for one in schema]
    if missing := [name for name in names if name not in types]:
        raise errors.parameters(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: "
            f"[{', '.join(missing)}], AttributeDefinitions: [{', '.join(sorted(types))}]"
        )
    roles = [one["KeyType"] for one in schema]
    if not roles or roles[0] != "HASH":
        raise errors.invalid(
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
            if roles
            else "One or more parameter values were invalid: No KeySchema specified"
        )
    if len(roles) > 1 and (roles[1] != "RANGE" or len(roles) > 2):
        raise errors.invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
    if len(set(names)) < len(names):
        raise errors.invalid(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name"
        )
    if len(types) > len(names):
        raise errors.parameters(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions"
        )
    return [KeyPart(name, types[name]) for name in names]


def _units(billing: str, throughput: dict[str, int] | None) -> tuple[int, int]:
    if billing == "PAY_PER_REQUEST":
        if throughput is not None:
            raise errors.parameters(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                "PAY_PER_REQUEST"
            )
        return 0, 0
    if throughput is None:
        raise errors.parameters(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
        )
    return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]
