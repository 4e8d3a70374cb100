"""Finding the handler, calling it, and telling what went wrong: as AWS's runtime interface client does.

Messages, key order and stack traces are those of facts 5.3, the error block that of facts 5.6. The lines of
source and the frames inside Python's library are those of the host's Python version.
"""

from __future__ import annotations

import importlib
import json
import logging
import math
import sys
import traceback
from collections.abc import Callable
from decimal import Decimal
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from types import CodeType, ModuleType, TracebackType
from typing import Any

from sandbox.runtime.inside.context import LambdaContext
from sandbox.runtime.inside.output import LogSink, Words
from sandbox.runtime.inside.views import own_module
from sandbox.runtime.messages import EnvironmentSpec, Invocation
from sandbox.runtime.virtual import paths
from sandbox.runtime.virtual.ticks import compiled

Handler = Callable[[Any, LambdaContext], Any]

_MESSAGE_MAX = 1 << 20
_INDENT = "\N{NO-BREAK SPACE}"
_WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. For "
    "functions using managed runtimes, runtime updates can be triggered by a function change, or can be "
    "applied automatically. To determine if the runtime has been updated, check the runtime version in "
    "the INIT_START log entry. If this error correlates with a change in the runtime version, you may "
    "be able to mitigate this error by temporarily rolling back to the previous runtime version. For "
    "more information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html"
)


class FaultError(Exception):
    """The code could not be loaded or called, or gave back something that cannot be sent."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.trace = trace or []


# -- loading ---------------------------------------------------------------------------------------------


_codes: dict[str, CodeType] = {}
"""Code of the package's modules, which never change, for all environments of this process."""


class TickingLoader(SourceFileLoader):
    """Loads the package's modules with ticks in them, and never from or to a bytecode cache."""

    def get_code(self, fullname: str) -> CodeType:
        """The code of a module."""
        path = self.get_filename(fullname)
        code = _codes.get(path)
        if code is None:
            code = compiled(self.get_data(path), path)
            if path.startswith(paths.TASK):
                _codes[path] = code
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Run a module; it belongs to the environment that imports it."""
        own_module(module)
        spec = module.__spec__
        if self.path.startswith(paths.TASK) and spec is not None:
            _found[spec.name, *_path_to(spec.name)] = spec
        super().exec_module(module)


_found: dict[tuple[str, ...], ModuleSpec] = {}
"""Where modules of the package were found, by name and path: it never changes while the path is the same."""


def _path_to(name: str) -> list[str]:
    parent = name.rpartition(".")[0]
    return list(sys.modules[parent].__path__) if parent in sys.modules else sys.path


class _AgainFinder:
    """Finds for one environment what another one of this process has found."""

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        del target
        known = _found.get((name, *(sys.path if path is None else path)))
        if known is None:
            return None
        again = ModuleSpec(
            name, known.loader, origin=known.origin, is_package=known.submodule_search_locations is not None
        )
        if known.submodule_search_locations is not None:
            again.submodule_search_locations = list(known.submodule_search_locations)
        again.has_location = True
        again.cached = known.cached
        return again


class _RealExtensionLoader(ExtensionFileLoader):
    """Loads extension modules, whose real place the C loader has to know."""

    def create_module(self, spec: Any) -> ModuleType:
        known, spec.origin = spec.origin, paths.mapping.inward(spec.origin)
        try:
            module = super().create_module(spec)
            own_module(module)
            return module
        finally:
            spec.origin = known


def install_loader() -> None:
    """Let modules under /var/task and /tmp be loaded with ticks."""
    hook = FileFinder.path_hook((_RealExtensionLoader, EXTENSION_SUFFIXES), (TickingLoader, [".py"]))

    def ours(path: str) -> FileFinder:
        if not path.startswith((paths.TASK, paths.TMP)) or not paths.mapping.task:
            raise ImportError("not a folder of the function")
        return hook(path)  # type: ignore[return-value]

    sys.path_hooks.insert(0, ours)
    sys.meta_path.insert(0, _AgainFinder())


def find_handler(handler: str) -> Handler:
    """The function that a handler string names (facts 3.2).

    Raises:
        FaultError: it cannot be found, with AWS's words.
    """
    try:
        module_name, function_name = handler.rsplit(".", 1)
    except ValueError as error:
        raise FaultError("Runtime.MalformedHandlerName", f"Bad handler '{handler}': {error}") from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise FaultError(
            "Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise FaultError(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from None
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise FaultError(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace
        ) from None
    try:
        return getattr(module, function_name)  # type: ignore[no-any-return]
    except AttributeError:
        raise FaultError(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        ) from None


# -- calling ---------------------------------------------------------------------------------------------


def call(handler: Handler, spec: EnvironmentSpec, invocation: Invocation, words: Words) -> bytes:
    """The handler's answer to an event, as JSON text.

    Raises:
        FaultError: the event or the answer is not JSON.
    """
    context = LambdaContext(
        spec,
        invocation.request_id,
        _client_context(invocation.client_context),
        invocation.deadline // 1_000,
        invocation.invoked_arn,
    )
    try:
        event = json.loads(invocation.payload)
    except ValueError as error:
        raise FaultError("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
    answer = handler(event, context)
    if isinstance(answer, bytes):
        return answer
    return marshalled(answer, words)


def _client_context(text: bytes) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        context = json.loads(text)
    except ValueError as error:
        raise FaultError(
            "Runtime.LambdaContextUnmarshalError", f"Unable to parse Client Context JSON: {error}"
        ) from None
    return context if isinstance(context, dict) else None


class _Encoder(json.JSONEncoder):
    """JSON as AWS's runtime writes it: a Decimal is written with its own digits."""

    def __init__(self, mark: str) -> None:
        super().__init__(ensure_ascii=False)
        self.mark = mark
        self.digits: list[str] = []

    def default(self, o: Any) -> Any:
        if isinstance(o, Decimal):
            if o.is_nan():
                return math.nan
            self.digits.append(str(o))
            return self.mark
        return super().default(o)


def marshalled(answer: Any, words: Words | None = None) -> bytes:
    """A value as JSON text.

    Args:
        answer: the value.
        words: tells the text as it would read on Lambda; None where it does already.

    Raises:
        FaultError: it cannot be written as JSON.
    """
    encoder = _Encoder(f"<decimal {id(answer):x}>")
    try:
        text = encoder.encode(answer)
    except Exception as error:  # noqa: BLE001 - the code's own objects may raise whatever they like here
        raise FaultError("Runtime.MarshalError", f"Unable to marshal response: {error}") from None
    for digits in encoder.digits:
        text = text.replace(f'"{encoder.mark}"', digits, 1)
    return (text if words is None else words.told(text)).encode("utf-8", "replace")


# -- errors ----------------------------------------------------------------------------------------------


class Errors:
    """Tells errors: as payloads, and as blocks in the log."""

    def __init__(self, sink: LogSink, words: Words) -> None:
        self._sink = sink
        self._words = words

    def told(self, error: Exception, request_id: str, *, loading: bool = False) -> tuple[bytes, str]:
        """Log an error.

        Args:
            error: what was raised.
            request_id: of the invocation; "" while the code is loaded.
            loading: whether the code was being loaded, which AWS's runtime warns about.

        Returns:
            The payload (facts 5.3) and its errorType.
        """
        if isinstance(error, FaultError):
            kind, message, trace = error.kind, error.message, error.trace
        else:
            kind, trace = type(error).__name__, self._trace(error.__traceback__)
            message = str(error)[:_MESSAGE_MAX]
        payload = {
            "errorMessage": self._words.told(message),
            "errorType": kind,
            "requestId": request_id,
            "stackTrace": trace,
        }
        if loading:
            logging.warning(_WARNING)
        self._sink.log_error(_block(payload))
        return marshalled(payload), kind

    def _trace(self, trace: TracebackType | None) -> list[str]:
        frames = [
            (self._words.path(frame.filename), frame.lineno, frame.name, frame.line)
            for frame in traceback.extract_tb(trace)
        ]
        return traceback.format_list(frames)  # type: ignore[arg-type]


def _block(payload: dict[str, Any]) -> list[str]:
    first = "[ERROR]"
    if payload["errorType"]:
        first += f" {payload['errorType']}"
    if payload["errorMessage"]:
        first += f"{':' if payload['errorType'] else ''} {payload['errorMessage']}"
    lines = [first, "Traceback (most recent call last):"]
    for element in payload["stackTrace"]:
        for line in element.splitlines() or [""]:
            bare = line.lstrip(" ")
            lines.append(_INDENT * (len(line) - len(bare)) + bare)
    return lines
