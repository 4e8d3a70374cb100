"""The network that functions reach: AWS's own hosts, hosts outside that a world pretends, and nobody else.

Code that speaks HTTP by itself, and not through the boto3 that the runtime answers, comes here: names, then
connections, then whole requests. A request to a host of AWS is read by `sandbox.wire` and is a call like any
other, as the principal whose key signed it.

[SIM] Names and connections take a fixed time, and so does an answer for which its host has no time of its own
(facts network.*). A name has the same address in a world for as long as that world lives. Signatures are not
checked, only whose key they name. An address that belongs to nobody swallows what is sent to it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from sandbox.facts import Facts
from sandbox.identity import Principal
from sandbox.kernel import Kernel, Promise, as_datetime, told
from sandbox.network import aws_hosts as hosts
from sandbox.network.asking import ASKED, Connect, Http, ReachError, Resolve, span_of
from sandbox.network.outside import PLAIN_PORT, TLS_PORT, Answer, Host, Outside, is_aws
from sandbox.services.base import AwsError
from sandbox.trace import HostAnswered, HostFailed, HostRequested, Trace

if TYPE_CHECKING:
    from sandbox.wire import Asked, HttpResponse

_POOL = ipaddress.ip_network("198.18.0.0/15")
"""Addresses kept for tests of networks (RFC 2544): names get theirs from here [SIM]."""

_TOLD_MAX = 256 * 1024
"""Bytes of a request's body that the trace keeps: code may send as much as it likes, as often as it likes."""


class Around(Protocol):
    """What the network needs of the world around it."""

    kernel: Kernel
    trace: Trace
    facts: Facts
    region: str

    def holder(self, key: str, service: str) -> Principal | None:
        """Whose temporary key that is; see `sandbox.services.base.Port.holder`."""
        ...

    def call(
        self,
        service: str,
        operation: str,
        params: dict[str, Any],
        *,
        principal: Principal,
        cause: int,
        context: Mapping[str, str] | None = None,
        request_id: str = "",
    ) -> dict[str, Any] | Promise:
        """Call an operation; see `sandbox.services.base.Port.call`."""
        ...


class _Exchange:
    """A request whose answer is still to come.

    Attributes:
        name: the host's.
        arn: of the function that asks.
        cause: `seq` of the event that its answer follows from.
        promise: of the answer.
        timer: the agenda entry at which the code gives up.
        over: whether it has been answered, or given up.
    """

    def __init__(self, asked: Http, name: str, arn: str, cause: int, began: int) -> None:
        self.asked, self.name = asked, name
        self.arn, self.cause, self.began = arn, cause, began
        self.promise = Promise()
        self.timer: int | None = None
        self.over = False


class Network:
    """The hosts that functions reach.

    Args:
        around: the world.
    """

    def __init__(self, around: Around) -> None:
        self._around = around
        self._outside = Outside()
        self._addresses: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def stage(self, host: Host) -> None:
        """Put a host outside there; see `World.outside`."""
        self._outside.stage(host)

    def reach(
        self,
        operation: str,
        params: Mapping[str, Any],
        *,
        principal: Principal | None,
        cause: int,
        access_key: str,
    ) -> dict[str, Any] | Promise:
        """What code of a function wants of the network.

        Args:
            operation: "Resolve", "Connect" or "Http".
            params: those of the classes of these names here; they come from code, and are not trusted.
            principal: the function's session of its role; None when it may not take the role any more.
            cause: `seq` of the event that the code runs for.
            access_key: the id of the key that the code was given.

        Returns:
            {"addresses"}, {}, or {"status", "reason", "headers", "body"}, now or later.

        Raises:
            ReachError: the request cannot be understood. Everything else fails the promise.
        """
        try:
            asked = msgspec.convert(params, ASKED[operation])
        except (KeyError, msgspec.ValidationError) as error:
            raise ReachError("reset", f"no request of the network: {error}") from None
        arn = self._around.trace.events[cause - 1].arn if cause else ""
        if isinstance(asked, Resolve):
            return self._resolve(asked, arn, cause)
        if isinstance(asked, Connect):
            return self._connect(asked, arn, cause)
        return self._send(asked, arn, cause, principal, access_key)

    # -- names ---------------------------------------------------------------------------------------------

    def _resolve(self, asked: Resolve, arn: str, cause: int) -> Promise:
        promise = Promise()
        name = asked.host.lower().removesuffix(".")
        self._after(self._around.facts.us("network.round_trip"), self._resolved, promise, name, arn, cause)
        return promise

    @told(lambda _promise, name, *_: f"the address of {name} is found out")
    def _resolved(self, promise: Promise, name: str, arn: str, cause: int) -> None:
        if is_aws(name) or self._outside.knows(name):
            promise.resolve({"addresses": [self._address(name)]})
        else:
            self._fail(promise, "unknown-host", name, 0, arn, cause)

    def _address(self, name: str) -> str:
        address = self._addresses.get(name)
        if address is None:
            number = len(self._addresses) + 1
            address = str(_POOL[number % (_POOL.num_addresses - 1) or 1])
            self._addresses[name] = address
            self._names[address] = name
        return address

    def _fail(self, promise: Promise, code: str, name: str, port: int, arn: str, cause: int) -> None:
        self._around.trace.emit(HostFailed, arn, name, port, code, cause=cause)
        promise.fail(ReachError(code))

    def _after(self, span: int, callback: Any, *args: Any) -> int:
        # Housekeeping, as far as settling goes: while code waits for it, its deadline is on the agenda, too.
        return self._around.kernel.after(span, callback, *args, idle=True)

    # -- connections ---------------------------------------------------------------------------------------

    def _connect(self, asked: Connect, arn: str, cause: int) -> Promise:
        promise = Promise()
        trip, span = self._around.facts.us("network.round_trip"), span_of(asked.timeout)
        name = self._names.get(asked.host, asked.host)
        if span is not None and span < trip:
            self._after(span, self._connected, promise, name, asked.port, "timeout", arn, cause)
            return promise
        fate = self._fate(name, asked.port, asked.tls)
        if fate == "timeout":
            # Nobody will ever answer: that is told now, for the code may be gone by the time it gives up.
            self._around.trace.emit(HostFailed, arn, name, asked.port, fate, cause=cause)
            limit = self._around.facts.us("network.connect_timeout")
            self._after(limit if span is None else min(span, limit), self._unanswered, promise, name)
        else:
            self._after(trip, self._connected, promise, name, asked.port, fate, arn, cause)
        return promise

    @told(lambda _promise, name, *_: f"{name} takes a connection")
    def _connected(self, promise: Promise, name: str, port: int, fate: str, arn: str, cause: int) -> None:
        if fate:
            self._fail(promise, fate, name, port, arn, cause)
        else:
            promise.resolve({})

    @told(lambda _promise, name: f"{name} does not answer")
    def _unanswered(self, promise: Promise, name: str) -> None:
        promise.fail(ReachError("timeout"))

    def _fate(self, name: str, port: int, tls: bool) -> str:
        """What comes of a connection: "" for the best."""
        if is_aws(name):
            known, refuse = port in {PLAIN_PORT, TLS_PORT}, ""
        else:
            host = self._outside.at(name, port)
            known, refuse = host is not None, host.refuse if host is not None else ""
            if host is None and (self._outside.knows(name) or _is_near(name)):
                return "refused"
        if not known or refuse in {"timeout", "name"}:
            return "timeout"
        if refuse:
            return "refused"
        return "tls" if tls and port == PLAIN_PORT else ""

    # -- requests ------------------------------------------------------------------------------------------

    def _send(
        self, asked: Http, arn: str, cause: int, principal: Principal | None, access_key: str
    ) -> dict[str, Any] | Promise:
        name = self._names.get(asked.host, asked.host)
        exchange = _Exchange(asked, name, arn, cause, self._around.kernel.now)
        if is_aws(name):
            delay = self._around.facts.us("sdk.call_latency")
            self._around.kernel.after(delay, self._arrived, exchange, principal, access_key)
        else:
            self._requested(exchange)
            host = self._outside.at(name, asked.port)
            if host is None or host.refuse:
                # It was there when the connection was made.
                self._after(self._around.facts.us("network.round_trip"), self._broken, exchange)
            else:
                answer = self._outside.answer(host, asked.method, asked.target)
                usual = self._around.facts.us("network.latency")
                self._after(
                    usual if answer.latency is None else answer.latency, self._answered, exchange, answer
                )
        span = span_of(asked.timeout)
        if span == 0:
            return {}
        if span is not None:
            exchange.timer = self._after(span, self._gave_up, exchange)
        return exchange.promise

    def _requested(self, exchange: _Exchange) -> None:
        asked = exchange.asked
        fields = (exchange.name, asked.port, asked.method, asked.target, asked.body[:_TOLD_MAX])
        event = self._around.trace.emit(HostRequested, exchange.arn, *fields, cause=exchange.cause)
        exchange.cause = event.seq

    def _settled(self, exchange: _Exchange) -> bool:
        """Whether an exchange is over already; it is from now on."""
        before, exchange.over = exchange.over, True
        if not before and exchange.timer is not None:
            self._around.kernel.cancel(exchange.timer)
        return before

    @told(lambda exchange: f"waiting for {exchange.name} is given up")
    def _gave_up(self, exchange: _Exchange) -> None:
        exchange.timer, exchange.over = None, True
        self._lost(exchange, "gave-up", "timeout")

    @told(lambda exchange: f"{exchange.name} closes a connection")
    def _broken(self, exchange: _Exchange) -> None:
        if not self._settled(exchange):
            self._lost(exchange, "reset", "reset")

    def _lost(self, exchange: _Exchange, failure: str, code: str) -> None:
        fields = (exchange.name, exchange.asked.port, failure)
        self._around.trace.emit(HostFailed, exchange.arn, *fields, cause=exchange.cause)
        exchange.promise.fail(ReachError(code))

    @told(lambda exchange, _answer: f"{exchange.name} answers")
    def _answered(self, exchange: _Exchange, answer: Answer) -> None:
        if exchange.asked.scheme == "http" and exchange.asked.port == TLS_PORT:
            words = b"The plain HTTP request was sent to HTTPS port"
            self._reply(exchange, HTTPStatus.BAD_REQUEST, (("Content-Type", "text/plain"),), words)
        else:
            self._reply(exchange, answer.status, answer.headers, answer.body)

    def _reply(
        self, exchange: _Exchange, status: int, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> None:
        if self._settled(exchange):
            return
        kernel, asked = self._around.kernel, exchange.asked
        fields = (
            exchange.name,
            asked.port,
            asked.method,
            asked.target,
            int(status),
            kernel.now - exchange.began,
        )
        self._around.trace.emit(HostAnswered, exchange.arn, *fields, cause=exchange.cause)
        self._resolve_with(exchange, status, headers, body)

    def _resolve_with(
        self, exchange: _Exchange, status: int, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> None:
        now = as_datetime(self._around.kernel.now)
        if not any(name.lower() == "date" for name, _ in headers):
            headers = (("Date", format_datetime(now, usegmt=True)), *headers)
        exchange.promise.resolve(
            {
                "status": int(status),
                "reason": _phrase(status),
                "headers": [[name, value] for name, value in headers],
                "body": body,
            }
        )

    # -- AWS -----------------------------------------------------------------------------------------------

    @told(lambda exchange, *_: f"{exchange.name} is called")
    def _arrived(self, exchange: _Exchange, principal: Principal | None, access_key: str) -> None:
        from sandbox import wire

        request = hosts.as_wire(exchange.asked, exchange.name)
        try:
            operation = wire.parse(request)
        except wire.WireError as error:
            self._refused(exchange, error.response)
            return
        request_id = self._around.kernel.uuid("request id")
        if not wire.access_key(request):
            self._refused(exchange, wire.unsigned(operation, request_id))
            return
        try:
            session = self._around.holder(wire.access_key(request), operation.service)
        except AwsError as error:
            self._refused(exchange, hosts.refusal(operation, error, request_id))
            return
        if session is not None:
            principal, access_key = session, wire.access_key(request)
        objection = hosts.objection(
            request, operation.service, principal, access_key, host=exchange.name, region=self._around.region
        )
        if objection is not None:
            self._refused(exchange, hosts.refusal(operation, objection, request_id))
            return
        assert principal is not None
        context = {"lambda:SourceFunctionArn": exchange.arn}
        if exchange.asked.scheme == "http":
            context["aws:SecureTransport"] = "false"
        try:
            outcome = self._around.call(
                operation.service,
                operation.operation,
                operation.params,
                principal=principal,
                cause=exchange.cause,
                context=context,
                request_id=request_id,
            )
        except AwsError as error:
            self._called(exchange, hosts.refusal(operation, error, request_id))
            return
        if isinstance(outcome, Promise):
            outcome.then(self._called_later, exchange, operation, request_id)
        else:
            self._called(exchange, wire.reply(operation, outcome, request_id))

    def _called_later(self, promise: Promise, exchange: _Exchange, operation: Asked, request_id: str) -> None:
        from sandbox import wire

        if isinstance(promise.error, AwsError):
            self._called(exchange, hosts.refusal(operation, promise.error, request_id))
        else:
            self._called(exchange, wire.reply(operation, promise.value, request_id))

    def _called(self, exchange: _Exchange, response: HttpResponse) -> None:
        """A call has been answered; the trace has it as a call."""
        if not self._settled(exchange):
            self._resolve_with(exchange, response.status, response.headers, response.body)

    def _refused(self, exchange: _Exchange, response: HttpResponse) -> None:
        """AWS refuses before it is a call."""
        if not exchange.over:
            self._requested(exchange)
            self._reply(exchange, response.status, response.headers, response.body)


def _is_near(name: str) -> bool:
    """Whether an address is the environment's own, or one of the services beside it, where nobody listens.

    [SIM] That goes for 169.254.100.1:9001, the Runtime API, too: only AWS's own code speaks with it.
    """
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local or address.is_unspecified


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
