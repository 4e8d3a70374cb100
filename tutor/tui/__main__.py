"""`python -m tutor.tui [--course FOLDER] [--state FOLDER]`: the terminal skin alone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tutor.tui import run

parser = argparse.ArgumentParser(prog="python -m tutor.tui")
parser.add_argument("--course", type=Path)
parser.add_argument("--state", type=Path)
options = parser.parse_args()
sys.exit(run(options.course, options.state))
