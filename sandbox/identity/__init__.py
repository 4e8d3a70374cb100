"""Who may do what: policy documents, their evaluation, AWS's message and the walk.

Everything here is a pure function over immutable values; nothing knows of services, users or clocks. The
one file that is read is `managed.yaml`, when a managed policy is first asked for. Users, roles and what is
attached to them live in `sandbox.services.iam`, remembered decisions in the world.

Where to add the next thing: a condition operator in `conditions`, a rule of the policy grammar in `grammar`,
a kind of policy (service control policies come next) in `request`, `evaluate` and `messages`, a sentence of
the walk in `explain`, a managed policy in `managed.yaml`.
"""

from sandbox.identity.document import Document, Statement
from sandbox.identity.edits import Edit, apply
from sandbox.identity.evaluate import assumable, evaluate
from sandbox.identity.grammar import PolicyError
from sandbox.identity.managed import ManagedPolicy, managed_policies, managed_policy
from sandbox.identity.messages import denied_message
from sandbox.identity.principal import Principal, renamed
from sandbox.identity.request import Decision, NamedPolicy, Policies, Request, account_of
from sandbox.identity.walk import Step, Walk, walk

__all__ = [
    "Decision",
    "Document",
    "Edit",
    "ManagedPolicy",
    "NamedPolicy",
    "Policies",
    "PolicyError",
    "Principal",
    "Request",
    "Statement",
    "Step",
    "Walk",
    "account_of",
    "apply",
    "assumable",
    "denied_message",
    "evaluate",
    "managed_policies",
    "managed_policy",
    "renamed",
    "walk",
]
