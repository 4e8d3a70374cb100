"""The execution environments of one world: who was told what, and a process wherever one is needed.

A world owns one `Environments` and copies it to fork. What is copied are the tapes; processes are never. An
answer comes from a preset observation, from the memory that all worlds of this process share, or from a
process that stands at that point of the tape, which is started and brought there by replay if there is none.
"""

from __future__ import annotations

import hashlib
import weakref
from collections import Counter, OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from sandbox.runtime.live import Live
from sandbox.runtime.memo import memo
from sandbox.runtime.messages import Costs, EnvironmentSpec, Inbound, Observation, Outbound, RuntimeFault
from sandbox.runtime.packages import folder_of
from sandbox.runtime.process import Answer, Process, WorkerGoneError, found_dead, overfull
from sandbox.runtime.spawner import ZygoteGoneError, spawner
from sandbox.runtime.tape import Tape, answer_hash

_ENCODER = msgspec.msgpack.Encoder()
_SLACK = 8
_STEP = 4
_LIVE_MAX = 64
_OWN = 16
_TOLD_TOGETHER = 32 * 1024
"""Bytes that a worker is told at once in a replay: what the system's buffers surely hold."""

_TOGETHER, _TOGETHER_LEAST = 4, 1_024
_LARGE, _LARGE_PART = 64, 4
"""Megabytes, and the part of a function's memory, that an environment may grow by in a shared process."""


class Environments:
    """Runs segments of code in environments, and knows everything that they were told.

    One thread at a time may use it; several of them may be used side by side.

    Args:
        costs: what running code costs; today's facts if it is left out.
        live_limit: processes that may be alive at a time; the least recently used is stopped, and restored
            by replay when it is needed.
        own_processes: up to how many open environments of a function each has a process of its own; where
            there are more, new ones share a process. Nothing but the memory figure depends on it.
    """

    def __init__(
        self, costs: Costs | None = None, *, live_limit: int = _LIVE_MAX, own_processes: int = _OWN
    ) -> None:
        self.costs = costs or Costs()
        self.live_limit = live_limit
        self.own_processes = own_processes
        self._tapes: dict[str, Tape] = {}
        self._families: dict[str, bytes] = {}
        self._sizes: Counter[bytes] = Counter()
        self._large: set[bytes] = set()
        self._codes: dict[str, bytes] = {}
        self._new: list[Observation] = []
        self._presets: dict[tuple[str, int], Observation] = {}
        self._replaying = False
        self._begin_living()

    def _begin_living(self) -> None:
        self._live: OrderedDict[str, Live] = OrderedDict()
        self._shared: dict[bytes, Process] = {}
        self._finalizer = weakref.finalize(self, _stop_all, self._live, self._shared)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        for name in ("_live", "_shared", "_finalizer"):
            del state[name]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin_living()

    # -- environments ------------------------------------------------------------------------------------

    def open(self, environment: str, spec: EnvironmentSpec, code: bytes) -> None:
        """Make an environment. No process is started yet.

        Args:
            environment: a name of its own.
            spec: what decides how its code behaves.
            code: the deployment package, a zip file.

        Raises:
            RuntimeFault: there is one of that name.
        """
        if environment in self._tapes:
            raise RuntimeFault(f"there is an environment {environment!r} already")
        digest = _digest(code)
        self._codes.setdefault(digest, code)
        self._tapes[environment] = Tape(spec, self.costs, digest)
        family = _family(spec, digest)
        self._families[environment] = family
        self._sizes[family] += 1

    def run(self, environment: str, inbound: Inbound) -> Outbound:
        """Run one segment. Takes real time, not virtual time.

        Args:
            environment: which.
            inbound: what begins the segment.

        Returns:
            How it ended, whatever the code did.

        Raises:
            RuntimeFault: the environment cannot be told that now, or a replay came out differently.
            CodeError: the package cannot be unpacked.
        """
        tape = self._tape(environment)
        tape.check(inbound)
        message = _encoded(inbound)
        key = tape.next_key(message)
        answer = self._preset_ending(environment, tape) or memo.get(key)
        if answer is None:
            answer = self._run(environment, tape, message, inbound)
            memo.put(key, answer)
        outbound = self._observed(environment, tape, answer)
        if outbound.kind == "killed" and not answer.observed:
            answer = msgspec.structs.replace(answer, outbound=outbound, lives=False, observed=True)
            self._drop(environment)
        elif answer.observed:
            self._drop(environment)
        tape.append(message, key, answer)
        return outbound

    def reset(self, environment: str) -> None:
        """Throw the process away; the next segment is an init in a new one, over the same /tmp (3.7)."""
        tape = self._tape(environment)
        live = self._live.get(environment)
        at_end = live is not None and live.position == len(tape.steps)
        tape.reset()
        if live is None:
            return
        if at_end:
            live.leave()
            live.position = len(tape.steps)
        else:
            self._drop(environment)

    def close(self, environment: str | None = None) -> None:
        """End an environment, or without a name all of them with their processes and folders.

        An environment that is not there is no error.
        """
        names = [environment] if environment is not None else list(self._tapes)
        for name in names:
            self._drop(name)
            if self._tapes.pop(name, None) is not None:
                self._leave_family(self._families.pop(name))
        if not self._tapes:
            _stop_all(self._live, self._shared)

    def _leave_family(self, family: bytes) -> None:
        self._sizes[family] -= 1
        shared = None if self._sizes[family] else self._shared.pop(family, None)
        if shared is not None:
            shared.close(shared.writable)

    def adopt(self, other: Environments) -> None:
        """Take over the processes of another world's environments that stand where these have been.

        What does not fit is left to the other one, which must be closed.
        """
        for family, process in list(other._shared.items()):
            if process.usable and family not in self._shared:
                self._shared[family] = other._shared.pop(family)
        mine = set(map(id, self._shared.values()))
        for name, live in list(other._live.items()):
            tape, theirs = self._tapes.get(name), other._tapes[name]
            fits = (
                tape is not None
                and name not in self._live
                and live.whole()
                and (live.home is None or id(live.home) in mine)
                and 0 < live.position <= len(tape.steps)
                and tape.steps[live.position - 1] == theirs.steps[live.position - 1]
            )
            if fits:
                self._live[name] = other._live.pop(name)

    @property
    def live(self) -> int:
        """How many processes are alive."""
        own = sum(live.process is not None and live.home is None for live in self._live.values())
        return own + sum(process.alive for process in self._shared.values())

    def _tape(self, environment: str) -> Tape:
        try:
            return self._tapes[environment]
        except KeyError:
            raise RuntimeFault(f"there is no environment {environment!r}") from None

    # -- observations ------------------------------------------------------------------------------------

    def take_observations(self) -> list[Observation]:
        """What was observed since the last time. Ends a replay that `preset` began."""
        taken, self._new = self._new, []
        self._replaying = False
        return taken

    def preset(self, observations: Iterable[Observation]) -> None:
        """Begin a replay: use these observations and measure nothing until `take_observations` is called."""
        self._presets = {(item.environment, item.segment): item for item in observations}
        self._replaying = True

    def _preset_ending(self, environment: str, tape: Tape) -> Answer | None:
        preset = self._presets.get((environment, tape.segment))
        if preset is None or preset.ending is None:
            return None
        return Answer(preset.ending, 0, used_tmp=False, lives=False, observed=True)

    def _observed(self, environment: str, tape: Tape, answer: Answer) -> Outbound:
        """The outcome with its memory figure; what is new about it is kept as an observation."""
        key = (environment, tape.segment)
        preset = self._presets.pop(key, None)
        outbound = answer.outbound
        if preset is not None:
            tape.memory_used = preset.memory_used
            return msgspec.structs.replace(outbound, memory_used=preset.memory_used)
        used = tape.memory_used if self._replaying else max(tape.memory_used, self._megabytes(answer))
        if answer.full:
            used = tape.spec.memory
        elif used > tape.spec.memory:
            used = tape.spec.memory
            outbound = Outbound("killed", cpu=outbound.cpu, lines=outbound.lines, status="signal: killed")
        outbound = msgspec.structs.replace(outbound, memory_used=used)
        undetermined = answer.observed or outbound.kind == "killed"
        if used != tape.memory_used or undetermined:
            observation = Observation(environment, tape.segment, used, outbound if undetermined else None)
            self._new.append(observation)
        tape.memory_used = used
        return outbound

    def _megabytes(self, answer: Answer) -> int:
        # [SIM] Growth is measured, and told in steps, so that what is small and varies from run to run by a
        # few pages does not make two equal worlds differ.
        growth = answer.growth // 1_024
        return self.costs.base_memory + (0 if growth < _SLACK else growth // _STEP * _STEP)

    # -- processes ---------------------------------------------------------------------------------------

    def _run(self, environment: str, tape: Tape, message: bytes, inbound: Inbound) -> Answer:
        try:
            try:
                answer = self._segment(environment, tape, message, inbound)
            except (ZygoteGoneError, WorkerGoneError):
                # Its process is gone, and maybe all of them; a new one can be brought to this point.
                self._drop(environment)
                answer = self._once_more(environment, tape, message, inbound)
            if _without_a_word(answer) or self._outgrown(environment, tape, answer):
                # Somebody else may have killed it, or others have used up the memory. What is the code's own
                # doing it does again.
                self._drop(environment)
                answer = self._once_more(environment, tape, message, inbound)
        except BaseException:
            # Interrupted, the process would be somewhere in the middle of a segment.
            self._abandon(environment)
            raise
        live = self._live.get(environment)
        if live is not None:
            live.position += 1
            live.segment += 1
        return answer

    def _once_more(self, environment: str, tape: Tape, message: bytes, inbound: Inbound) -> Answer:
        try:
            return self._segment(environment, tape, message, inbound)
        except WorkerGoneError:
            # Twice is no accident: something that its code did lives on in each process.
            self._drop(environment)
            return found_dead()

    def _outgrown(self, environment: str, tape: Tape, answer: Answer) -> bool:
        """Whether a segment in a shared process took so much memory that a process of its own has to tell
        what comes of it; from now on that goes for all environments of its function.
        """
        live = self._live[environment]
        if live.home is None:
            return False
        room = (tape.spec.memory - self.costs.base_memory) // _LARGE_PART
        large = answer.growth // 1_024 >= max(_SLACK, min(room, _LARGE))
        if large or answer.outbound.kind == "killed":
            self._large.add(self._families[environment])
            return True
        return False

    def _segment(self, environment: str, tape: Tape, message: bytes, inbound: Inbound) -> Answer:
        try:
            live = self._restored(environment, tape)
            return self._told(environment, live, tape, tape.segment, message, inbound)
        except OSError as error:
            raise RuntimeFault(f"no process for a handler can be started: {error}") from error

    def _told(
        self, environment: str, live: Live, tape: Tape, segment: int, message: bytes, inbound: Inbound
    ) -> Answer:
        process = live.process or self._start(environment, live, tape)
        answer = process.segment(live.number, segment, message, inbound, live.ready)
        live.ready = live.ready or answer.outbound.kind == "ready"
        if answer.used_tmp and live.size() > self.costs.tmp << 20:
            # [SIM] On Lambda the write itself fails; here the folder is looked at after each segment.
            answer = overfull(inbound, answer)
        if not answer.lives:
            live.leave()
        return answer

    def _restored(self, environment: str, tape: Tape) -> Live:
        """A process at the end of the tape."""
        live = self._live.get(environment)
        moves = live is not None and live.home is not None and self._families[environment] in self._large
        if live is not None and (moves or not live.whole()):
            self._drop(environment)
            live = None
        if live is None:
            position = tape.first_needed()
            skipped = sum(bool(step.message) for step in tape.steps[:position])
            live = self._live[environment] = Live(position, skipped)
        self._live.move_to_end(environment)
        while live.position < len(tape.steps):
            step = tape.steps[live.position]
            if not step.message:
                live.leave()
                live.position += 1
            elif step.skip:
                live.position += 1
                live.segment += 1
            else:
                self._again(environment, live, tape)
        return live

    def _start(self, environment: str, live: Live, tape: Tape) -> Process:
        family = self._families[environment]
        if live.folder is None:
            shared = self._sizes[family] > self.own_processes and family not in self._large
            process = self._shared.get(family) if shared else None
        else:
            shared, process = live.home is not None, live.home
        if process is None or not process.usable:
            process = self._new_process(live, tape, shared=shared)
            if shared:
                self._shared[family] = process
        live.enter(process, tape.spec, shared=shared)
        return process

    def _new_process(self, live: Live, tape: Tape, *, shared: bool) -> Process:
        self._make_room()
        task = folder_of(tape.code, self._codes[tape.code])
        memory = tape.spec.memory - self.costs.base_memory
        if shared:
            # [SIM] What one function's environments may have together where they share a process.
            memory = max(memory * _TOGETHER, _TOGETHER_LEAST)
        if live.folder is not None:
            return Process(self.costs, task, live.folder.parent, memory)
        writable = spawner.folder() / "environments" / str(spawner.number())
        writable.mkdir(parents=True)
        return Process(self.costs, task, writable, memory)

    def _again(self, environment: str, live: Live, tape: Tape) -> None:
        """Run the next segments of the tape again, as many as can be told together."""
        steps = tape.together(live.position, _TOLD_TOGETHER)
        process = live.process or self._start(environment, live, tape)
        answers = process.replay(live.number, live.segment, steps, live.ready)
        for step, answer in zip(steps, answers, strict=False):
            if answer.observed:
                if live.home is not None:
                    # Maybe there was not memory enough for all that live there.
                    self._large.add(self._families[environment])
                raise WorkerGoneError(f"the worker of {environment} ended in the middle of a replay")
            if answer_hash(answer.outbound) != step.answer:
                if answer.outbound.kind == "killed":
                    raise WorkerGoneError(f"the worker of {environment} was killed during a replay")
                raise RuntimeFault(
                    f"segment {live.segment} of {environment} came out differently in a replay "
                    f"({answer.outbound.kind}): its code depends on something that is not virtual"
                )
            live.ready = live.ready or answer.outbound.kind == "ready"
            live.position += 1
            live.segment += 1
            if not answer.lives:
                live.leave()

    def _make_room(self) -> None:
        while self.live >= self.live_limit:
            name = next((name for name, live in self._live.items() if live.process is not None), None)
            if name is not None:
                self._abandon(name)
            else:
                process = self._shared.pop(next(iter(self._shared)))
                process.close(process.writable)

    def _drop(self, environment: str) -> None:
        live = self._live.pop(environment, None)
        if live is not None:
            live.stop()

    def _abandon(self, environment: str) -> None:
        """Stop the process of an environment, whoever else lives in it."""
        live = self._live.get(environment)
        if live is not None and live.home is not None:
            live.home.close(live.home.writable)
        self._drop(environment)


def _without_a_word(answer: Answer) -> bool:
    """Whether a worker was killed, for no reason that can be seen."""
    outbound = answer.outbound
    return outbound.kind == "killed" and answer.observed and not answer.full and not outbound.lines


@lru_cache(maxsize=64)
def _digest(code: bytes) -> str:
    return hashlib.sha256(code).hexdigest()


def _family(spec: EnvironmentSpec, digest: str) -> bytes:
    """What environments have in common that can share a process."""
    return _ENCODER.encode((spec.family(), digest))


def _encoded(inbound: Inbound) -> bytes:
    try:
        return _ENCODER.encode(inbound)
    except (TypeError, ValueError, OverflowError) as error:
        raise RuntimeFault(f"a message to an environment cannot be sent: {error}") from error


def _stop_all(live: OrderedDict[str, Live], shared: dict[bytes, Process]) -> None:
    while live:
        live.popitem()[1].stop()
    while shared:
        process = shared.popitem()[1]
        process.close(process.writable)
