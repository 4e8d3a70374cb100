"""AWS Lambda.

`api.py` has Invoke, `functions.py` and `settings.py` the other operations, `base.py` what they share;
`permissions.py` the function policy; `model.py` the state; `arguments.py` how names and values are validated;
`packages.py` what arrives as a zip; `concurrency.py` who may run at once; `execution.py` how an attempt runs
in an environment, `pool.py` which environment; `asynchronous.py` the queue with its retries; `failures.py`
where lost events go; `replies.py` the shapes that callers get. Versions and aliases, layers, event source
mappings, function URLs are not here yet: their operations say so.
"""

from sandbox.services.awslambda.api import LambdaService

__all__ = ["LambdaService"]
