"""A run: a world, a platform and the people outside, from the first request until nothing is left to do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random

from tests.simulation.current import current
from tests.simulation.event_world import EventWorld
from tests.simulation.faults import Chosen, Plan
from tests.simulation.platform import Platform
from tests.simulation.public import Public
from tests.simulation.scheduler import Milliseconds
from tests.simulation.world import World

from orders.order.order import Status

MINUTE: Milliseconds = 60_000
HOUR: Milliseconds = 60 * MINUTE


@dataclass
class Run:
    """Whoever has something to do begins it with `at`; `finish` lets it all happen."""

    world: World
    platform: Platform
    public: Public
    busy: int = 0
    remarks: list[str] = field(default_factory=list)
    """Figures worth reporting."""

    @classmethod
    def of(cls, plan: Plan, chance: Random, traced: bool = False) -> "Run":
        world = World(chance, plan, traced)
        current.world, current.platform = world, Platform(world)
        return cls(world, current.platform, Public(world, current.platform))

    def at(self, moment: Milliseconds, work: Callable[[], object]) -> None:
        """Somebody begins something at that moment; the run is not over before it has ended."""
        self.busy += 1

        def begin() -> None:
            work()
            self.busy -= 1

        self.world.scheduler.after(moment, lambda: self.world.scheduler.start(begin))

    def sweep_once(self) -> None:
        self.platform.invoke("SweepOrdersFunction", {}, lambda _result: None)

    def finish(self, latest: Milliseconds) -> "Run":
        """Until nothing is left to do, or it is too late; the checker has the last word.

        A run that has broken a rule ends there: what follows tells nothing new, and may take long.
        """
        self.world.scheduler.after(self.world.chance.randrange(MINUTE), self._sweep)
        try:
            settled = self.world.scheduler.run(lambda: self.is_broken or self._at_rest(), latest)
            if not self.is_broken and self.world.events:
                self._look_at_events(self.world.events)
                settled = settled or (self._are_ended() and not self.world.events.is_told())
            if not self.is_broken:
                self.world.checker.end(settled)
        except Exception as error:
            self.world.checker.broken(1, "-", f"an answer that nobody can make sense of: {error!r}")
        return self

    @property
    def is_broken(self) -> bool:
        """Whether it has broken a rule."""
        return bool(self.world.checker.violations)

    def inspect(self) -> None:
        """Let everybody look once more, on a day when everything answers."""
        self.world.plan = Chosen({})
        if self.world.next_version.rows:
            self.world.next_version.is_at_work = lambda _function, _at: True
        for order_id, row in self.world.rows.items():
            if row.status is not Status.RECEIVED:
                self.at(0, partial(self.public.look, order_id))
        self.world.scheduler.run(lambda: not self.busy, self.world.scheduler.now + MINUTE)

    def let_go(self) -> None:
        """Break the run's cycles, so that its memory is free at once."""
        for part in (*self.platform.queues.values(), self.platform, self.world.scheduler, self.world):
            vars(part).clear()

    def _sweep(self) -> None:
        """The schedule."""
        self.sweep_once()
        self.world.scheduler.after(self._until_the_next(), self._sweep)

    def _until_the_next(self) -> Milliseconds:
        """Who is told of something may be told days later: then less often, as every sweep takes a while."""
        return 10 * MINUTE if self.world.events and self.world.scheduler.now > 20 * MINUTE else MINUTE

    def _at_rest(self) -> bool:
        if self.busy or not self.platform.at_rest() or not self._are_ended():
            return False
        return self.world.events is None or (current.feed_is_at_rest() and self.world.events.is_told())

    def _are_ended(self) -> bool:
        return not any(row.status is Status.RECEIVED or row.mail_due_at for row in self.world.rows.values())

    def _look_at_events(self, events: EventWorld) -> None:
        """On a day when everything answers."""
        self.world.quiet = True
        without_fault = not self.world.injected
        self.at(0, partial(events.end, without_fault=without_fault))
        self.world.scheduler.run(lambda: not self.busy, self.world.scheduler.now + HOUR)
