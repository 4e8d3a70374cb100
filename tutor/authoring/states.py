"""Which hints and warnings of a lab can be met at all: looked for in all states that its scripts pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sandbox import World
from tutor.authoring.findings import Findings
from tutor.authoring.places import Places
from tutor.course import Lab
from tutor.practice import LabRun
from tutor.practice.checking.checks import Scene, holds
from tutor.practice.naming import Naming

NOT_YET = "not_yet"


class Met:
    """Which groups of hints, and which of a lab's `never`, some state has brought about.

    Args:
        lab: the lab.
    """

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.hints = {(at, n) for at, task in enumerate(lab.tasks) for n, _ in enumerate(task.hints)}
        self.nevers = set(range(len(lab.never)))

    @property
    def all(self) -> bool:
        """Whether everything has been met."""
        return not self.hints and not self.nevers

    def look(self, run: LabRun) -> None:
        """Look at a lab as it stands, without changing anything."""
        if self.all:
            return
        scene = scene_of(run)
        self._look_for_nevers(scene)
        if any(self._holds(task, hint, scene) for task, hint in self.hints):
            run.examine()
            waiting = {key for key, result in run.results.items() if result.status == NOT_YET}
            self.hints -= {
                (task, hint)
                for task, hint in self.hints
                if self.lab.tasks[task].id in waiting and self._holds(task, hint, scene)
            }

    def look_without(self, run: LabRun) -> None:
        """Look at what is left when one resource is taken away, each in its turn, in forks."""
        for world in _without_one(run.world):
            if self.nevers:
                naming = Naming(self.lab, run.variants, world)
                self._look_for_nevers(
                    Scene(world, naming, run.lesson_folder, since=run.shell.since, began=run.began)
                )

    def _look_for_nevers(self, scene: Scene) -> None:
        self.nevers -= {number for number in self.nevers if holds(self.lab.never[number].condition, scene)}

    def _holds(self, task: int, hint: int, scene: Scene) -> bool:
        when = self.lab.tasks[task].hints[hint].when
        return when is None or holds(when, scene)

    def tell(self, places: Places, found: Findings) -> None:
        """Note what no state has brought about."""
        for task, hint in sorted(self.hints):
            line = places.line("tasks", task, "hints", hint)
            name = self.lab.tasks[task].id
            found.warn(
                places.file,
                line,
                f"hints of the task `{name}` that no script ever meets",
                "hints for a state that somebody can be in",
                "Write a wrong way that leads there, or change their `when`.",
            )
        for number in sorted(self.nevers):
            found.warn(
                places.file,
                places.line("never", number),
                "a `never` that no script ever meets",
                "a state that somebody can be in",
                "Write a wrong way that leads there, or change its `if`.",
            )


def scene_of(run: LabRun) -> Scene:
    """What checks are asked about in a lab as it stands."""
    return Scene(run.world, run.naming, run.lesson_folder, since=run.shell.since, began=run.began)


def _without_one(world: World) -> Iterator[World]:
    """Forks of a world, each with one function, queue, role, bucket or table gone."""
    with world.fork() as there:
        ways: list[tuple[Callable[[World, str], None], str]] = []
        ways += [(_remove_function, name) for name in _functions(there)]
        ways += [(_remove_queue, url) for url in _queues(there)]
        ways += [(_remove_role, name) for name in _roles(there)]
        ways += [(_remove_bucket, name) for name in _buckets(there)]
        ways += [(_remove_table, name) for name in _tables(there)]
        for remove, name in ways:
            with there.fork() as fork:
                remove(fork, name)
                yield fork


def _functions(world: World) -> list[str]:
    return [found["FunctionName"] for found in world.client("lambda").list_functions()["Functions"]]


def _remove_function(world: World, name: str) -> None:
    world.client("lambda").delete_function(FunctionName=name)


def _queues(world: World) -> list[str]:
    return list(world.client("sqs").list_queues().get("QueueUrls", ()))


def _remove_queue(world: World, url: str) -> None:
    world.client("sqs").delete_queue(QueueUrl=url)


def _roles(world: World) -> list[str]:
    return [role["RoleName"] for role in world.client("iam").list_roles()["Roles"]]


def _remove_role(world: World, name: str) -> None:
    iam = world.client("iam")
    for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    for inline in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=inline)
    iam.delete_role(RoleName=name)


def _buckets(world: World) -> list[str]:
    if "s3" not in world.cloud.services:
        return []
    return [bucket["Name"] for bucket in world.client("s3").list_buckets()["Buckets"]]


def _remove_bucket(world: World, name: str) -> None:
    s3 = world.client("s3")
    for entry in s3.list_objects_v2(Bucket=name).get("Contents", ()):
        s3.delete_object(Bucket=name, Key=entry["Key"])
    s3.delete_bucket(Bucket=name)


def _tables(world: World) -> list[str]:
    return list(world.client("dynamodb").list_tables()["TableNames"])


def _remove_table(world: World, name: str) -> None:
    tables = world.client("dynamodb")
    tables.delete_table(TableName=name)
    tables.get_waiter("table_not_exists").wait(TableName=name)
