"""AWS STS: who am I, and sessions of roles.

`api.py` has the operations, `errors.py` AWS's errors. Its state is whose keys it has handed out: roles and
their trust policies are IAM's, and the world asks IAM for sessions. Session policies, session tags, MFA and
federation are not here yet: asking for them says so.
"""

from sandbox.services.sts.api import StsService

__all__ = ["StsService"]
