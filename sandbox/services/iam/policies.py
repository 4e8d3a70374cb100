"""The operations about managed policies: the account's own, and AWS's."""

from __future__ import annotations

import hashlib
import string
from datetime import datetime
from typing import Any

from sandbox.identity import Document, ManagedPolicy, managed_policies, managed_policy
from sandbox.kernel import as_datetime
from sandbox.services.base import Call, operation
from sandbox.services.iam import arguments, errors
from sandbox.services.iam.model import CustomerPolicy, PolicyVersion
from sandbox.services.iam.store import IamStore, plain, tag_list, tags_of

_ID = string.ascii_uppercase + string.digits
_PREFIX = "ANPA"


class ManagedPolicies(IamStore):
    """Managed policies and their versions."""

    @operation("iam:CreatePolicy", "policy_arn")
    def create_policy(
        self,
        call: Call,
        *,
        PolicyName: str,
        PolicyDocument: str,
        Path: str = "/",
        Description: str | None = None,
        Tags: list[dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        """Make a managed policy of this account."""
        arguments.check(
            "CreatePolicy",
            PolicyName=PolicyName,
            Path=Path,
            Description=Description,
            PolicyDocument=PolicyDocument,
        )
        document = self._document(PolicyDocument)
        if any(policy.name == PolicyName for policy in self._policies.values()):
            raise errors.policy_exists(PolicyName)
        arn = self.arn(f"policy{Path}{PolicyName}")
        version = PolicyVersion(document, self.port.kernel.now)
        policy = CustomerPolicy(PolicyName, Path, arn, self._unique_id(_PREFIX), version)
        policy.description = Description
        policy.tags = tags_of(Tags)
        self._policies[arn] = policy
        shown = self._shown(policy)
        if policy.tags:
            shown["Tags"] = tag_list(policy.tags)
        return {"Policy": shown}

    @operation("iam:GetPolicy", "policy_arn")
    def get_policy(self, call: Call, *, PolicyArn: str) -> dict[str, Any]:
        """A managed policy, without its document."""
        policy = self._policy(PolicyArn)
        tags: list[dict[str, str]] = []
        shown = self._shown(policy)
        if isinstance(policy, CustomerPolicy):
            tags = tag_list(policy.tags)
            if policy.description is not None:
                shown["Description"] = policy.description
        return {"Policy": shown | {"Tags": tags}}

    @operation("iam:ListPolicies", "policies_arn")
    def list_policies(
        self,
        call: Call,
        *,
        Scope: str = "All",
        OnlyAttached: bool = False,
        PathPrefix: str = "/",
        PolicyUsageFilter: str | None = None,
        Marker: str | None = None,
        MaxItems: int | None = None,
    ) -> dict[str, Any]:
        """Managed policies: AWS's, those of this account (Scope Local), or all."""
        arguments.check("ListPolicies", Scope=Scope, PolicyUsageFilter=PolicyUsageFilter)
        policies: list[CustomerPolicy | ManagedPolicy] = []
        if Scope in {"All", "Local"}:
            policies += self._policies.values()
        if Scope in {"All", "AWS"}:
            policies += managed_policies()
        rows = []
        for policy in policies:
            shown = self._shown(policy)
            permissions, boundaries = shown["AttachmentCount"], shown["PermissionsBoundaryUsageCount"]
            uses = {"PermissionsPolicy": permissions, "PermissionsBoundary": boundaries}
            count = uses[PolicyUsageFilter] if PolicyUsageFilter else permissions + boundaries
            if policy.path.startswith(PathPrefix) and (count or not (OnlyAttached or PolicyUsageFilter)):
                rows.append((policy.name, shown))
        return self._page("Policies", rows, Marker, MaxItems)

    @operation("iam:DeletePolicy", "policy_arn")
    def delete_policy(self, call: Call, *, PolicyArn: str) -> dict[str, Any]:
        """Delete a managed policy of this account that is attached to nobody and has one version."""
        policy = self._own(PolicyArn)
        if sum(self._uses(PolicyArn)):
            raise errors.conflict("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise errors.conflict(
                "This policy has more than one version. Before you delete a policy, you must delete the "
                "policy's versions. The default version is deleted with the policy."
            )
        del self._policies[PolicyArn]
        return {}

    @operation("iam:GetPolicyVersion", "policy_arn")
    def get_policy_version(self, call: Call, *, PolicyArn: str, VersionId: str) -> dict[str, Any]:
        """A version of a managed policy, with its document."""
        policy = self._policy(PolicyArn)
        if isinstance(policy, CustomerPolicy):
            number = _number(policy, VersionId)
            document: Document = policy.versions[number].document
            shown = _version(policy, number)
        elif policy.version == VersionId:
            document, shown = policy.document, _aws_version(policy)
        else:
            raise errors.no_version(PolicyArn, VersionId)
        return {"PolicyVersion": {"Document": plain(document)} | shown}

    @operation("iam:ListPolicyVersions", "policy_arn")
    def list_policy_versions(
        self, call: Call, *, PolicyArn: str, Marker: str | None = None, MaxItems: int | None = None
    ) -> dict[str, Any]:
        """The versions of a managed policy, the newest first. [SIM] Of AWS's, only the default one."""
        policy = self._policy(PolicyArn)
        if isinstance(policy, CustomerPolicy):
            newest = sorted(policy.versions, reverse=True)
            rows = [(f"{place:04}", _version(policy, number)) for place, number in enumerate(newest)]
        else:
            rows = [("0000", _aws_version(policy))]
        return self._page("Versions", rows, Marker, MaxItems)

    @operation("iam:CreatePolicyVersion", "policy_arn")
    def create_policy_version(
        self, call: Call, *, PolicyArn: str, PolicyDocument: str, SetAsDefault: bool = False
    ) -> dict[str, Any]:
        """Add a version to a managed policy of this account."""
        policy = self._own(PolicyArn)
        document = self._document(PolicyDocument)
        if len(policy.versions) >= (most := self.port.facts["iam.policy_versions_max"]):
            raise errors.limit(
                f"A managed policy can have up to {most} versions. Before you create a new "
                "version, you must delete an existing version."
            )
        policy.latest += 1
        policy.versions[policy.latest] = PolicyVersion(document, self.port.kernel.now)
        policy.updated = self.port.kernel.now
        if SetAsDefault:
            policy.default = policy.latest
            self.port.policies_changed()
        return {"PolicyVersion": _version(policy, policy.latest)}

    @operation("iam:SetDefaultPolicyVersion", "policy_arn")
    def set_default_policy_version(self, call: Call, *, PolicyArn: str, VersionId: str) -> dict[str, Any]:
        """Put another version of a managed policy in force."""
        policy = self._own(PolicyArn)
        policy.default = _number(policy, VersionId)
        policy.updated = self.port.kernel.now
        self.port.policies_changed()
        return {}

    @operation("iam:DeletePolicyVersion", "policy_arn")
    def delete_policy_version(self, call: Call, *, PolicyArn: str, VersionId: str) -> dict[str, Any]:
        """Delete a version that is not in force."""
        policy = self._own(PolicyArn)
        number = _number(policy, VersionId)
        if number == policy.default:
            raise errors.conflict("Cannot delete the default version of a policy.")
        del policy.versions[number]
        return {}

    # -- parts ---------------------------------------------------------------------------------------------

    def _policy(self, arn: str) -> CustomerPolicy | ManagedPolicy:
        arguments.check_policy_arn(arn)
        policy = self._managed(arn)
        if policy is None:
            raise errors.no_policy(arn)
        return policy

    def _own(self, arn: str) -> CustomerPolicy:
        arguments.check_policy_arn(arn)
        policy = self._policies.get(arn)
        if policy is not None:
            return policy
        if managed_policy(arn) is not None:
            raise errors.not_yours("Policy is outside your own account.")
        raise errors.no_policy(arn)

    def _uses(self, arn: str) -> tuple[int, int]:
        """How often a policy is attached, and how often it is a boundary."""
        identities = list(self._identities())
        attached = sum(arn in identity.attached for identity in identities)
        return attached, sum(arn == identity.boundary for identity in identities)

    def _shown(self, policy: CustomerPolicy | ManagedPolicy) -> dict[str, Any]:
        attached, boundaries = self._uses(policy.arn)
        if isinstance(policy, CustomerPolicy):
            uid, default = policy.uid, f"v{policy.default}"
            created, updated = as_datetime(policy.created), as_datetime(policy.updated)
        else:
            uid, default = self._aws_id(policy.arn), policy.version
            created, updated = datetime.fromisoformat(policy.created), datetime.fromisoformat(policy.updated)
        return {
            "PolicyName": policy.name,
            "PolicyId": uid,
            "Arn": policy.arn,
            "Path": policy.path,
            "DefaultVersionId": default,
            "AttachmentCount": attached,
            "PermissionsBoundaryUsageCount": boundaries,
            "IsAttachable": True,
            "CreateDate": created,
            "UpdateDate": updated,
        }

    def _aws_id(self, arn: str) -> str:
        """The id of one of AWS's policies. [SIM] Told from its ARN; it has the form of the real one only."""
        letters = self.port.facts["iam.unique_id_length"] - len(_PREFIX)
        digest = hashlib.sha256(arn.encode()).digest()
        return _PREFIX + "".join(_ID[byte % len(_ID)] for byte in digest[:letters])

    def _document(self, text: str) -> Document:
        document = arguments.document(text, "identity")
        limit = self.port.facts["iam.managed_policy_size"]
        arguments.check_size(text, limit, errors.limit(f"Cannot exceed quota for PolicySize: {limit}"))
        return document


def _number(policy: CustomerPolicy, version: str) -> int:
    number = next((one for one in policy.versions if f"v{one}" == version), None)
    if number is None:
        raise errors.no_version(policy.arn, version)
    return number


def _version(policy: CustomerPolicy, number: int) -> dict[str, Any]:
    return {
        "VersionId": f"v{number}",
        "IsDefaultVersion": number == policy.default,
        "CreateDate": as_datetime(policy.versions[number].created),
    }


def _aws_version(policy: ManagedPolicy) -> dict[str, Any]:
    return {
        "VersionId": policy.version,
        "IsDefaultVersion": True,
        "CreateDate": datetime.fromisoformat(policy.updated),
    }
