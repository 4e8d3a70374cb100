"""Amazon SQS, standard queues.

`api.py` has the operations; `model.py` the state; `delivery.py` how messages move: arrival, visibility, long
polls, dead-letter queues, expiry. `requests.py` checks what callers ask for, `content.py` what a message may
hold and how it is shown, `attributes.py` the attributes of queues, `batches.py` the entries of batches;
`handles.py` makes receipt handles, `errors.py` has AWS's errors; limits and defaults are facts, `sqs.*`. FIFO
queues, encryption with KMS, redrive allow policies and message move tasks are not here yet: asking for them
says so.
"""

from sandbox.services.sqs.api import SqsService

__all__ = ["SqsService"]
