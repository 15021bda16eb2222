"""The world and the platform of the run that this process is at: what the long-lived functions call into."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.platform import Platform
    from tests.simulation.world import World


class Current:
    world: "World"
    platform: "Platform"


current = Current()
