"""Says which Python it runs on, by its number, its words, the depth to which it recurses, and its folders."""

import abc
import json
import os
import platform
import sys
import traceback


def depth(n=1):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


class Abstract(abc.ABC):
    @abc.abstractmethod
    def method(self): ...


def words():
    try:
        Abstract()
    except TypeError as error:
        return str(error)


def handler(event, context):
    try:
        json.loads("{")
    except ValueError:
        text = traceback.format_exc()
    return {
        "runtime": os.environ["AWS_EXECUTION_ENV"],
        "depth": depth(),
        "words": words(),
        "python": platform.python_version().rpartition(".")[0],
        "library": f"/var/lang/lib/python{sys.version_info[0]}.{sys.version_info[1]}/json/decoder.py" in text,
    }
