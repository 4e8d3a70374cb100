"""What all verbs of the console stand on: how they refuse, and what they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.services.awslambda import LambdaService
from tutor.words import _

if TYPE_CHECKING:
    from tutor.practice.console.shell import Shell


class VerbError(Exception):
    """It did not work; the message says why, to the learner."""


class Usage(Exception):  # noqa: N818 - it shows how the verb is used
    """The verb was used wrongly; the message shows how it is used."""


def lambda_of(shell: Shell) -> LambdaService:
    """The service Lambda of the shell's world, for reading."""
    service = shell.world.cloud.services["lambda"]
    assert isinstance(service, LambdaService)
    return service


def no_function(shell: Shell, name: str) -> str:
    """That there is no function of that name, and which there are."""
    there = ", ".join(sorted(lambda_of(shell).functions)) or _("none")
    return _("There is no function {name}. There are: {there}.").format(name=name, there=there)
