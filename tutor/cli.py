"""`lambda-tutor`: reads the command line and starts a skin, the doctor, an author's tool, or the sandbox.

Only what a command needs is imported, when it needs it: `--version` answers at once, plain mode knows no
Textual, and only `sandbox serve` imports the sandbox from here.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor import __version__
from tutor.words import _, many

if TYPE_CHECKING:
    from sandbox import World
    from tutor.actions.tutor import Tutor

EXIT_OK = 0
EXIT_USAGE = 2
EXIT_CONTENT = 2
EXIT_CRASH = 70
EXIT_STOPPED = 130
EXIT_UNREAD = 141
"""What a shell tells of a program that wrote to a reader who had left: 128 and SIGPIPE."""

PORT = 4566
SEED = 7

_OFF = {"", "0", "no", "off", "false"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        argv: the words behind `lambda-tutor`; None for those of this process.

    Returns:
        The exit status: 0, 2 for a wrong command line or wrong content, 70 for a mistake of the program, 130
        after Ctrl-C, 141 when nobody reads what is printed.
    """
    options = _parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
    _choose_colours(options.color, os.environ)
    try:
        status = _run(options)
        # What the end of Python would find out too late to say it well.
        _flush()
    except KeyboardInterrupt:
        # Whoever checks or serves has nothing that could be saved here.
        stopped = _("Stopped. All that you did is saved.") if options.command is None else _("Stopped.")
        print(stopped, file=sys.stderr)
        return EXIT_STOPPED
    except BrokenPipeError as error:
        return EXIT_UNREAD if _silence_the_unread() else explain(error, options.state)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a learner never sees a traceback
        return explain(error, options.state)
    return status


def _run(options: argparse.Namespace) -> int:
    if options.command == "doctor":
        from tutor.doctor import reset_terminal, run

        return reset_terminal() if options.reset_terminal else run(options.course, options.state)
    if options.command == "sandbox":
        return _serve(options)
    if options.command == "course":
        from tutor.authoring.command import run as run_course

        return run_course(options, lambda folder, lesson: _preview(options, folder, lesson))
    return _start(options)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()


def _silence_the_unread() -> bool:
    """Lead the standard streams that nobody reads any more to nowhere; False when all are read.

    A pipe that broke elsewhere, to a process of our own, is a mistake of the program.
    """
    import select

    unread = []
    for stream in (sys.stdout, sys.stderr):
        try:
            poll, number = select.poll(), stream.fileno()
            poll.register(number, 0)
            unread += [number] if any(events & select.POLLERR for _fd, events in poll.poll(0)) else []
        except (OSError, ValueError, AttributeError):
            # A stream that is no file has no reader to lose.
            continue
    if unread:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for number in unread:
            os.dup2(nowhere, number)
        os.close(nowhere)
    return bool(unread)


class _Parser(argparse.ArgumentParser):
    """A parser that says in words what is wrong with a word that must be one of a few."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        known = [str(choice) for choice in action.choices or ()]
        if not known or value in known:
            return
        if action.option_strings:
            problem = _("{option} takes no word {word}.").format(option=action.option_strings[-1], word=value)
        else:
            problem = _("there is no command {word}.").format(word=value)
        near = difflib.get_close_matches(str(value).lower(), known, n=1)
        if near:
            problem += " " + _("Did you mean {near}?").format(near=near[0])
        problem += " " + _("There is: {known}.").format(known=", ".join(known))
        if action.dest == "command":
            problem += " " + _("Without a command the course starts.")
        raise argparse.ArgumentError(None, problem)


def _shared() -> _Parser:
    """What may stand before and behind a command; a new one each time, because its defaults may be set."""
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument(
        "--course",
        type=Path,
        metavar="FOLDER",
        help=_("a course of your own instead of the one that is shipped"),
    )
    shared.add_argument(
        "--state",
        type=Path,
        metavar="FOLDER",
        help=_("where your progress is kept (else $LAMBDA_TUTOR_HOME, else your data folder)"),
    )
    return shared


def _parser(argv: Sequence[str]) -> _Parser:
    parser = _Parser(
        prog="lambda-tutor",
        description=_("Learn AWS Lambda by doing it, in the terminal, without an account."),
        parents=[_shared()],
        allow_abbrev=False,
    )
    parser.set_defaults(course=None, state=None)
    parser.add_argument("--version", action="version", version=f"lambda-tutor {__version__}")
    parser.add_argument(
        "--plain",
        action=argparse.BooleanOptionalAction,
        help=_("line by line, for screen readers, pipes and small terminals (also $LAMBDA_TUTOR_PLAIN)"),
    )
    parser.add_argument(
        "--color",
        choices=("auto", "none", "ansi"),
        default="auto",
        help=_("none: no colours at all; ansi: only the colours that your terminal defines"),
    )
    commands = parser.add_subparsers(dest="command", metavar="")
    doctor = commands.add_parser(
        "doctor", parents=[_shared()], help=_("look at this machine and say what works and what does not")
    )
    doctor.add_argument(
        "--reset-terminal",
        action="store_true",
        help=_("put right a terminal that a killed program left behind"),
    )
    course = commands.add_parser(
        "course",
        parents=[_shared()],
        help=_("for authors: new lessons, checks, a preview of a course of your own"),
    )
    if "course" in argv:
        from tutor.authoring.command import add_arguments

        add_arguments(course, _shared())
    _add_sandbox(
        commands.add_parser("sandbox", help=_("the pretend AWS by itself, for boto3 and the AWS CLI"))
    )
    return parser


def _add_sandbox(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="sandbox_command", metavar="serve", required=True)
    serve = commands.add_parser(
        "serve",
        help=_("answer AWS's requests at an address of this machine until Ctrl-C"),
        epilog=_("Point a client to it: AWS_ENDPOINT_URL=http://127.0.0.1:4566; any access key will do."),
    )
    serve.add_argument(
        "--port",
        type=_port,
        default=PORT,
        help=_("where to listen; 0 takes a free port (default: %(default)s)"),
    )
    serve.add_argument(
        "--clock",
        choices=("virtual", "real"),
        default="virtual",
        help=_(
            "virtual: time flows, and jumps while a request waits, so that a long poll that nobody answers "
            "returns at once; real: time only flows, and the poll waits (default: virtual)"
        ),
    )
    serve.add_argument(
        "--seed", type=int, help=_("decides every draw of the world (default: {seed})").format(seed=SEED)
    )
    serve.add_argument(
        "--open", type=Path, metavar="FILE", help=_("go on with a world that was saved, instead of a new one")
    )
    serve.add_argument("--save", type=Path, metavar="FILE", help=_("save the world there at the end"))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 1 << 16):
        raise argparse.ArgumentTypeError(
            _("a port is a number from 0 to 65535, not {text}").format(text=text)
        )
    return int(text)


def _choose_colours(color: str, environ: MutableMapping[str, str]) -> None:
    # Textual reads these when it is imported. With NO_COLOR alone it shows shades of grey; the ANSI theme
    # makes it attributes only (bold, reverse, underline).
    if color == "none":
        environ["NO_COLOR"] = "1"
    if color != "auto" or environ.get("NO_COLOR"):
        environ.setdefault("TEXTUAL_THEME", "ansi-dark")
    if environ.get("SSH_CONNECTION"):
        # Over a network bytes matter more than smoothness.
        environ.setdefault("TEXTUAL_FPS", "20")
        environ.setdefault("TEXTUAL_ANIMATIONS", "none")
        environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")


def _start(options: argparse.Namespace) -> int:
    from tutor.progress.place import state_folder

    state = state_folder(options.state)

    def open_tutor() -> Tutor:
        from tutor.actions.tutor import Tutor

        return Tutor.open(options.course, state)

    return _show(options, open_tutor, state)


def _show(options: argparse.Namespace, open_tutor: Callable[[], Tutor], state: Path) -> int:
    plain, reason = wants_plain(options.plain, os.environ, _without_terminal())
    if not plain:
        from tutor.tui.launch import show

        return show(open_tutor, state)
    from tutor.plain import run as run_plain

    return run_plain(open_tutor, reason=reason, history=state / "history")


def _preview(options: argparse.Namespace, folder: Path, lesson: str) -> int:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="lambda-tutor-preview-") as name:
        state = Path(name)

        def open_tutor() -> Tutor:
            from tutor.actions.tutor import Tutor

            fresh = not any(state.iterdir())
            tutor = Tutor.open(folder, state)
            if lesson and fresh:
                tutor.perform("go.lesson", ref=lesson)
            return tutor

        return _show(options, open_tutor, state)


def _serve(options: argparse.Namespace) -> int:
    from sandbox import JournalError, World
    from sandbox.endpoint import PortTakenError, serve

    if options.open is not None and options.seed is not None:
        print(_("A saved world has its seed already: leave --open or --seed out."), file=sys.stderr)
        return EXIT_USAGE
    if options.save is not None and not options.save.absolute().parent.is_dir():
        print(_("There is no folder {path}").format(path=options.save.absolute().parent), file=sys.stderr)
        return EXIT_USAGE
    seed = SEED if options.seed is None else options.seed
    try:
        world = World(seed) if options.open is None else World.open(options.open)
    except (JournalError, OSError) as error:
        print(_("The world cannot be opened: {error}").format(error=error), file=sys.stderr)
        return EXIT_USAGE
    try:
        world = serve(world, port=options.port, clock=options.clock, seed=seed, announce=_announce)
        return _save(world, options.save)
    except PortTakenError as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    finally:
        world.close()


def _announce(url: str) -> None:
    print(_("The sandbox answers at {url}. Ctrl-C ends it.").format(url=url))
    print(_("For boto3 and the AWS CLI, in another terminal:"))
    keys = "AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1"
    print(f"  export AWS_ENDPOINT_URL={url} {keys}", flush=True)


def _save(world: World, path: Path | None) -> int:
    if path is None:
        return EXIT_OK
    try:
        world.save(path)
    except OSError as error:
        print(_("The world cannot be saved: {error}").format(error=error), file=sys.stderr)
        return EXIT_CRASH
    print(_("Saved in {path}").format(path=path))
    return EXIT_OK


def wants_plain(asked: bool | None, environ: Mapping[str, str], no_terminal: str) -> tuple[bool, str]:
    """Whether to start plain mode, and why when the person did not ask for it.

    Args:
        asked: --plain, --no-plain, or None for neither.
        environ: the environment.
        no_terminal: the name of a standard stream that is no terminal, or "".

    Returns:
        (plain, reason); the reason is a clause, or "".
    """
    if asked:
        return True, ""
    if no_terminal:
        return True, _("{stream} is not a terminal").format(stream=no_terminal)
    if environ.get("TERM") == "dumb":
        return True, _("the terminal is of the kind dumb")
    if asked is False:
        return False, ""
    for name in ("LAMBDA_TUTOR_PLAIN", "ACCESSIBLE"):
        # Our own variable is asked first, and its "no" wins over the general one's "yes".
        if name in environ:
            return (True, _("${name} is set").format(name=name)) if environ[name] not in _OFF else (False, "")
    return False, ""


def _without_terminal() -> str:
    # Textual paints on standard error, so that one must be a terminal as well.
    streams = (
        (_("standard input"), sys.stdin),
        (_("standard output"), sys.stdout),
        (_("standard error"), sys.stderr),
    )
    return next((name for name, stream in streams if stream is None or not stream.isatty()), "")


def explain(error: Exception, state: Path | None) -> int:
    """Say on standard error what went wrong, without a traceback.

    Args:
        error: what ended the program.
        state: the folder named by --state, if any; a log goes there.

    Returns:
        The exit status: 2 when the course's content is wrong, else 70.
    """
    from tutor.course.problems import ContentError
    from tutor.progress import StoreError, state_folder

    if isinstance(error, ContentError):
        count = len(error.problems)
        print(many(count, "{n} problem in the course:", "{n} problems in the course:"), file=sys.stderr)
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return EXIT_CONTENT
    if isinstance(error, StoreError):
        print(error.message, file=sys.stderr)
        return EXIT_CRASH
    log = write_log(error, state_folder(state))
    print(_("Lambda Tutor broke. That is our mistake, not yours; what you did is saved."), file=sys.stderr)
    if log is not None:
        print(_("What happened is written down in {log}").format(log=log), file=sys.stderr)
        print(_("Please send us that file. Start lambda-tutor again to go on."), file=sys.stderr)
    return EXIT_CRASH


def write_log(error: BaseException, folder: Path) -> Path | None:
    """Write down a mistake of the program.

    Args:
        error: the mistake.
        folder: where to; the folder for temporary files when it takes none.

    Returns:
        The file, or None when no folder takes one.
    """
    import platform
    import tempfile
    import traceback
    from datetime import UTC, datetime

    text = "".join(traceback.format_exception(error))
    head = f"lambda-tutor {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    name = f"lambda-tutor-crash-{datetime.now(UTC):%Y%m%d-%H%M%S}.log"
    for place in (folder, Path(tempfile.gettempdir())):
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(head + text, encoding="utf-8", errors="replace")
        except OSError:
            continue
        return place / name
    return None
