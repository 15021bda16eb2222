"""Lambda and API Gateway as one run has them: handlers called in sandboxes that crash, time out and are used again."""

import importlib.util
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import CodeType
from typing import Any

from tests.simulation.scheduler import PREVIOUS, Milliseconds, Process
from tests.simulation.sqs import Sqs
from tests.simulation.world import World

from orders.local.lambda_ import template
from orders.local.lambda_.template import FunctionSpec

log = logging.getLogger("orders.simulation")
Handler = Callable[[Any, Any], Any]
WEBHOOK_QUEUE = "WebhookQueue"
RECORDER = "RecordEventsFunction"
"""It is fed by the stream of the orders' table."""


@dataclass(slots=True)
class Sandbox:
    """A process with a function loaded in it."""

    process: Process
    handler: Handler


@dataclass(frozen=True, slots=True)
class Context:
    world: World
    deadline: Milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.deadline - self.world.scheduler.now


@dataclass
class Platform:
    """The functions of the template, called by requests, queues and the clock."""

    world: World
    queues: dict[str, Sqs] = field(default_factory=dict)
    _idle: dict[str, list[Sandbox]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spec = template.load()
        for function in spec.functions.values():
            for source in function.sources:
                invoke = self._invoker(function)
                self.queues[source.queue] = Sqs(self.world, spec.queues[source.queue], source, invoke, None)
        for queue in self.queues.values():
            queue.dead_letter = self.queues.get(queue.spec.dead_letter or "")
        self.order_queue, self.mail_queue = self.queues[spec.order_queue], self.queues[spec.mail_queue]
        self.slow_queue = self.queues[spec.slow_queue]
        self.webhook_queue = self.queues[WEBHOOK_QUEUE]
        self.webhook_queue.service = "doorbell"

    def notify(self, order_ids: Sequence[str]) -> None:
        self.order_queue.send(order_ids)

    def at_rest(self) -> bool:
        """No message is anywhere."""
        return not any(queue.outstanding for queue in self.queues.values())

    def power_cut(self) -> None:
        """The one machine of the local edition goes down with everything that is only in memory."""
        for process in self.world.processes:
            process.crash()
        for queue in self.queues.values():
            queue.lose_everything()

    def request(self, function: str, event: Mapping[str, Any], oldest: int = PREVIOUS) -> dict[str, Any] | None:
        """What a caller is answered; nothing where the function crashed or ran out of time.

        `oldest` is the first version that has this route.
        """
        spec = template.load().functions[function]
        sandbox, context = self._sandbox(spec, oldest), self._context(spec)
        sandbox.process.deadline = context.deadline
        answer = self.world.scheduler.within(sandbox.process, lambda: _returned(sandbox.handler, event, context))
        if sandbox.process.alive:
            self._put_back(spec, sandbox)
        return answer

    def invoke(self, function: str, event: Mapping[str, Any], done: Callable[[Any], object]) -> None:
        """Call a function; `done` is told what it returned, or None where it did not return."""
        spec, scheduler = template.load().functions[function], self.world.scheduler
        sandbox, context = self._sandbox(spec), self._context(spec)
        invocation = Invocation(spec, sandbox, self._put_back, done)
        scheduler.start(lambda: invocation.run(event, context), sandbox.process)
        scheduler.after(context.deadline - scheduler.now, invocation.time_is_over)

    def _context(self, spec: FunctionSpec) -> Context:
        return Context(self.world, self.world.scheduler.now + int(spec.timeout.total_seconds() * 1000))

    def _invoker(self, function: FunctionSpec) -> Callable[[dict[str, object], Callable[[object], None]], None]:
        return lambda event, done: self.invoke(function.name, event, done)

    def _sandbox(self, spec: FunctionSpec, oldest: int = PREVIOUS) -> Sandbox:
        """An idle one that still has the right code, or a new one."""
        idle = self._idle.setdefault(spec.name, [])
        while idle:
            sandbox = idle.pop()
            process = sandbox.process
            if process.alive and process.version >= oldest and self.world.still_in_use(process, spec.name):
                return sandbox
        handler = load(spec.handler) if spec.sources or spec.name == RECORDER else shared(spec.handler)
        return Sandbox(self.world.new_process(spec.name), handler)

    def _put_back(self, spec: FunctionSpec, sandbox: Sandbox) -> None:
        self._idle[spec.name].append(sandbox)


@dataclass(slots=True)
class Invocation:
    """One call of a function. Whatever ends it first, a return, an error, a crash or its timeout, ends it once."""

    spec: FunctionSpec
    sandbox: Sandbox
    put_back: Callable[[FunctionSpec, Sandbox], None]
    done: Callable[[Any], object]
    running: bool = True

    def run(self, event: Mapping[str, Any], context: Context) -> None:
        """In a task of the sandbox's process."""
        self.sandbox.process.on_crash = self._crashed
        self._end(_returned(self.sandbox.handler, event, context))

    def time_is_over(self) -> None:
        if self.running:
            self.sandbox.process.crash()

    def _crashed(self) -> None:
        self._end(None)

    def _end(self, result: Any) -> None:
        if self.running:
            self.running = False
            self.sandbox.process.on_crash = None
            if self.sandbox.process.alive:
                self.put_back(self.spec, self.sandbox)
            self.done(result)


def _returned(handler: Handler, event: Mapping[str, Any], context: Context) -> Any:
    """What the handler returns; nothing where it raises."""
    try:
        return handler(event, context)
    except Exception:
        log.exception("a function raised")
        return None


def load(handler: str) -> Handler:
    """A function's handler as a new sandbox has it: its module run afresh."""
    module, _, name = handler.rpartition(".")
    namespace: dict[str, Any] = {"__name__": module}
    exec(_code(module), namespace)
    loaded: Handler = namespace[name]
    return loaded


@cache
def shared(handler: str) -> Handler:
    """A handler that keeps nothing between calls, as those of requests are, serves all sandboxes."""
    return load(handler)


@cache
def _code(module: str) -> CodeType:
    loader = getattr(importlib.util.find_spec(module), "loader", None)
    code: CodeType = loader.get_code(module)  # type: ignore[union-attr]
    return code
