"""The actions and condition keys of S3 that a bucket policy may name.

Source: Service Authorization Reference, Amazon S3.
"""

from __future__ import annotations

_OBJECTS = """
    AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging DeleteObjectVersion
    DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold
    GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl
    GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
    InitiateReplication ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl
    PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging
    ReplicateDelete ReplicateObject ReplicateTags RestoreObject
"""
_BUCKETS = """
    CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket DeleteBucketMetadataTableConfiguration
    DeleteBucketPolicy DeleteBucketWebsite GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac
    GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketMetadataTableConfiguration
    GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy
    GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging
    GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration GetIntelligentTieringConfiguration
    GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration GetReplicationConfiguration
    ListBucket ListBucketMultipartUploads ListBucketVersions ListTagsForResource PauseReplication
    PutAccelerateConfiguration PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCORS
    PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls
    PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning
    PutBucketWebsite PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration
    PutLifecycleConfiguration PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource
    UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataJournalTableConfiguration
"""
_OTHERS = """
    CreateAccessPoint CreateJob CreateStorageLensGroup DeleteAccessPoint DeleteStorageLensConfiguration
    DescribeJob GetAccessPoint GetAccessPointPolicy GetAccountPublicAccessBlock GetStorageLensConfiguration
    ListAccessPoints ListAllMyBuckets ListJobs ListMultiRegionAccessPoints ListStorageLensConfigurations
    PutAccessPointPolicy PutAccountPublicAccessBlock PutStorageLensConfiguration UpdateJobPriority
    UpdateJobStatus
"""
OBJECT_ACTIONS = tuple(f"s3:{name}" for name in _OBJECTS.split())
"""Actions on objects."""
BUCKET_ACTIONS = tuple(f"s3:{name}" for name in _BUCKETS.split())
"""Actions on buckets."""
OTHER_ACTIONS = tuple(f"s3:{name}" for name in _OTHERS.split())
"""Actions of S3's on neither, of which no bucket policy can speak."""

LISTING_ACTIONS = ("s3:ListBucket", "s3:ListBucketVersions")
"""The actions that have the condition keys of a listing."""
LISTING_KEYS = frozenset({"s3:delimiter", "s3:max-keys", "s3:prefix"})
"""The condition keys that only listings have."""
_KEYS = """
    AccessGrantsInstanceArn AccessPointNetworkOrigin authType BucketTag/ DataAccessPointAccount
    DataAccessPointArn DestinationRegion ExistingJobOperation ExistingJobPriority ExistingObjectTag/
    InventoryAccessibleOptionalFields JobSuspendedCause LocationConstraint ObjectCreationOperation
    RequestJobOperation RequestJobPriority RequestObjectTag/ RequestObjectTagKeys ResourceAccount TlsVersion
    VersionId delimiter destinationRegion if-match if-none-match isReplicationPauseRequest locationconstraint
    max-keys object-lock-legal-hold object-lock-mode object-lock-remaining-retention-days
    object-lock-retain-until-date prefix signatureAge signatureversion signatureVersion versionid x-amz-acl
    x-amz-content-sha256 x-amz-copy-source x-amz-grant-full-control x-amz-grant-read x-amz-grant-read-acp
    x-amz-grant-write x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-ownership
    x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id
    x-amz-server-side-encryption-customer-algorithm x-amz-storage-class x-amz-website-redirect-location
"""
KEYS = frozenset(f"s3:{name}".lower() for name in _KEYS.split())
"""S3's condition keys in lower case; one that ends with a slash is a family, of one key for each tag."""
