"""Where the state of a learner lives."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def state_folder(chosen: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the state: what was chosen, else $LAMBDA_TUTOR_HOME, else the platform's place for it.

    Args:
        chosen: the folder named by --state, if any.
        environ: the environment.

    Returns:
        The folder, absolute. It need not exist.
    """
    if chosen is not None:
        return chosen.expanduser().absolute()
    if home := environ.get("LAMBDA_TUTOR_HOME"):
        return Path(home).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("lambda-tutor", appauthor=False))
