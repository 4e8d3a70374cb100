"""Amazon DynamoDB: tables with items in them, found by their keys.

`api.py` has the operations on items, `batches.py` those on many at once, `tables.py` those on tables;
`model.py` the state; `values.py` what an attribute may hold, how numbers are kept and compared, and sizes.
`language.py` reads expressions into `trees.py`, with `placeholders.py` for what stands for something else;
`conditions.py` asks a tree of an item, `updates.py` changes an item by one, `queries.py` finds items by key;
`reserved.py` has the words that no expression may use as a name, `errors.py` AWS's errors; limits are facts,
`dynamodb.*`. Indexes, streams, transactions, time to live, backups, PartiQL and the parameters of before 2014
(Expected, KeyConditions ...) are not here yet: asking for them says so.
"""

from sandbox.services.dynamodb.api import DynamoDbService

__all__ = ["DynamoDbService"]
