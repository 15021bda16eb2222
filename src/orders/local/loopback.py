"""The loopback interface: callers and servers on this machine."""

import ipaddress


def is_this_machine(host: str | None) -> bool:
    """Whether a host name or an address, without its port, means the loopback interface."""
    if host and host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
