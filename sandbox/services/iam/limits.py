"""Quotas of IAM that no lesson teaches and no profile changes.

Source: IAM User Guide, reference_iam-quotas. White space does not count against sizes, which are in
characters.
"""

ATTACHED_POLICIES = 10
"""Managed policies attached to one user or one role."""

POLICY_VERSIONS = 5
"""Versions that a customer managed policy keeps."""

MANAGED_POLICY_SIZE = 6144
TRUST_POLICY_SIZE = 2048
INLINE_POLICIES_SIZE = {"user": 2048, "role": 10240}
"""All inline policies of one user or role together."""

PAGE = 100
"""Rows in one answer of a listing, when MaxItems is not given."""
