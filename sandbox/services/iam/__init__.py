"""AWS IAM: who there is in the account, and what is attached to whom.

`api.py` has the service and what the world asks of it; the operations are in `users.py`, `roles.py` and
`policies.py` (customer managed policies). `store.py` keeps the state of `model.py` and what users and roles
have in common: inline and attached policies, boundaries, pages. `arguments.py` checks names and values,
`errors.py` has AWS's errors; the quotas are facts, `iam.*`. How a request is decided is in
`sandbox.identity`, not here. Groups, access keys, instance profiles and service-linked roles are not here
yet.
"""

from sandbox.services.iam.api import IamService

__all__ = ["IamService"]
