"""`aws s3`: `ls`, `mb`, `rb`, `cp`, `mv`, `rm`, `sync`, over the operations of S3's API.

The words and columns are AWS CLI v2's. What it leaves out: progress lines, several parts at once, presigned
addresses, web sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.console.arguments import Option
from sandbox.console.commands.custom import Desk, Given, HighLevel
from sandbox.console.commands.s3places import SCHEME, bucket_of, pages, remote, whole_pages
from sandbox.console.commands.s3transfer import FAILED, transfer
from sandbox.console.errors import FAILURE, MistakeError

_PREFIX_COLUMN = 30
_SIZE_COLUMN = 10
_UNITS = ("KiB", "MiB", "GiB", "TiB")


def listing(desk: Desk, given: Given) -> int:
    """Print buckets, or the objects below a prefix: time, size, name.

    Args:
        desk: what it works with.
        given: the URI as "path", if there is one, and the options.
    """
    text = str(given.get("path", ""))
    text = text.removeprefix(SCHEME)
    client = desk.client("s3")
    if not text:
        for bucket in pages(client, "list_buckets", "Buckets"):
            desk.say(f"{_when(bucket['CreationDate'])} {bucket['Name']}")
        return 0
    name, _, prefix = text.partition("/")
    recursive = "recursive" in given
    params = {"Bucket": name, "Prefix": prefix, **({} if recursive else {"Delimiter": "/"})}
    count = total = lines = 0
    for page in whole_pages(client.list_objects_v2, **params):
        for common in page.get("CommonPrefixes", []):
            lines += 1
            desk.say(f"{'PRE'.rjust(_PREFIX_COLUMN)} {common['Prefix'].split('/')[-2]}/")
        for content in page.get("Contents", []):
            count, total, lines = count + 1, total + content["Size"], lines + 1
            size = _size(content["Size"], human="human-readable" in given).rjust(_SIZE_COLUMN)
            shown = content["Key"] if recursive else content["Key"].rpartition("/")[2]
            desk.say(f"{_when(content['LastModified'])} {size} {shown}")
    if "summarize" in given:
        desk.say(f"\nTotal Objects: {count}")
        desk.say(f"{'Total Size: '.rjust(15)}{_size(total, human='human-readable' in given)}")
    # A prefix that nothing has is a failure, an empty bucket is none.
    return FAILED if prefix and not lines else 0


def make_bucket(desk: Desk, given: Given) -> int:
    """Make a bucket.

    Args:
        desk: what it works with.
        given: the URI as "path".
    """
    from botocore.exceptions import ClientError

    named = bucket_of(str(given["path"]), "<S3Uri>")
    try:
        desk.client("s3").create_bucket(Bucket=named.bucket)
    except ClientError as error:
        desk.complain(f"make_bucket failed: {given['path']} {error}")
        return FAILED
    desk.say(f"make_bucket: {named.bucket}")
    return 0


def remove_bucket(desk: Desk, given: Given) -> int:
    """Delete a bucket; with `--force` what is in it first.

    Args:
        desk: what it works with.
        given: the URI as "path", and "force".

    Raises:
        MistakeError: the URI names a key.
    """
    from botocore.exceptions import ClientError

    named = bucket_of(str(given["path"]), "<S3Uri>")
    if named.path:
        raise MistakeError(
            f"Please specify a valid bucket name only. E.g. s3://{named.bucket}", "failure", code=FAILURE
        )
    client = desk.client("s3")
    try:
        if "force" in given:
            for found in list(remote(named, client, deleting=True)):
                client.delete_object(Bucket=named.bucket, Key=found.place.path)
                desk.say(f"delete: {found.place.shown}")
        client.delete_bucket(Bucket=named.bucket)
    except ClientError as error:
        desk.complain(f"remove_bucket failed: {given['path']} {error}")
        return FAILED
    desk.say(f"remove_bucket: {named.bucket}")
    return 0


def _when(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _size(size: int, *, human: bool) -> str:
    if not human:
        return str(size)
    if size < 1024:
        return f"{size} Byte" + ("" if size == 1 else "s")
    power = min((size.bit_length() - 1) // 10, len(_UNITS))
    return f"{size / 1024**power:.1f} {_UNITS[power - 1]}"


def _flags(*names: str) -> dict[str, Option]:
    return {name: Option(name, "on", "none") for name in names}


_FILTERS = {name: Option(name, "filter") for name in ("exclude", "include")}
_QUIET = _flags("dryrun", "quiet", "only-show-errors", "no-progress")
_METADATA: Any = {
    "metadata": Option("metadata", "pairs"),
    "metadata-directive": Option("metadata-directive", "own", choices=("COPY", "REPLACE")),
    **{
        name: Option(name, "member")
        for name in (
            "content-type", "cache-control", "content-disposition", "content-encoding", "content-language",
        )
    },
    **_flags("no-guess-mime-type"),
}  # fmt: skip
_WORDS = {
    "recursive": "all that is below",
    "human-readable": "sizes as KiB, MiB, GiB",
    "summarize": "how many, and how large together",
    "page-size": "how many at most in one call to S3",
    "dryrun": "print what would be done, and do nothing",
    "quiet": "print nothing",
    "only-show-errors": "print errors only",
    "no-progress": "accepted; progress is never shown here",
    "exclude": "leave out names that fit this pattern: '*.tmp'; the last pattern that fits decides",
    "include": "take names that fit this pattern, after an --exclude",
    "delete": "delete what the source does not have",
    "size-only": "take what has the same size for the same",
    "exact-timestamps": "accepted; times are not compared here",
    "force": "delete what is in it first",
    "content-type": "such as text/plain; guessed from the file's name otherwise",
    "no-guess-mime-type": "do not guess the type from the file's name",
    "cache-control": "this header, kept with the object",
    "content-disposition": "this header, kept with the object",
    "content-encoding": "this header, kept with the object",
    "content-language": "this header, kept with the object",
    "metadata": "your own: Key=Value,Key2=Value2",
    "metadata-directive": "for a copy: keep the metadata of the source, or replace it",
}


def _command(
    about: str,
    positionals: tuple[str, ...],
    takes: tuple[str, ...],
    options: dict[str, Option],
    example: str,
    run: Any,
    optional: int = 0,
) -> HighLevel:
    words = {name: _WORDS[name] for name in options}
    called = "path" if positionals == ("path",) else "paths"
    return HighLevel(about, positionals, takes, options, words, example, run, optional, called)


_RECURSIVE = _flags("recursive")
_BOTH = ("s3-or-file", "s3-or-file")
_COPYING = {**_RECURSIVE, **_FILTERS, **_QUIET, **_METADATA}

S3: Mapping[str, HighLevel] = {
    "ls": _command(
        "Lists the buckets, or what is in one. Ends with 1 when nothing begins with that prefix.",
        ("path",),
        ("s3",),
        {
            **_flags("recursive", "human-readable", "summarize"),
            "page-size": Option("page-size", "member"),
        },
        "aws s3 ls s3://pictures/in/ --recursive",
        listing,
        optional=1,
    ),
    "mb": _command("Makes a bucket.", ("path",), ("",), {}, "aws s3 mb s3://pictures", make_bucket),
    "rb": _command(
        "Deletes an empty bucket.",
        ("path",),
        ("s3",),
        _flags("force"),
        "aws s3 rb s3://pictures",
        remove_bucket,
    ),
    "cp": _command(
        "Copies a file to S3, an object to a file, or an object to another. "
        "'-' as the target prints the object.",
        ("source", "target"),
        _BOTH,
        _COPYING,
        "aws s3 cp cat.jpg s3://pictures/in/",
        transfer("cp"),
    ),
    "mv": _command(
        "Moves a file or an object: copies it, then deletes the source.",
        ("source", "target"),
        _BOTH,
        _COPYING,
        "aws s3 mv s3://pictures/in/cat.jpg s3://pictures/done/cat.jpg",
        transfer("mv"),
    ),
    "rm": _command(
        "Deletes an object, or all below a prefix.",
        ("source",),
        ("s3",),
        {**_RECURSIVE, **_FILTERS, **_QUIET},
        "aws s3 rm s3://pictures/in/cat.jpg",
        transfer("rm"),
    ),
    "sync": _command(
        "Copies what is new or has other content, from a folder to S3, back, or between prefixes.",
        ("source", "target"),
        _BOTH,
        {**_FILTERS, **_QUIET, **_METADATA, **_flags("delete", "size-only", "exact-timestamps")},
        "aws s3 sync . s3://pictures/in/ --exclude '*.tmp'",
        transfer("sync"),
    ),
}
"""By the word after `aws s3`."""
