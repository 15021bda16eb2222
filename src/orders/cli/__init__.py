"""The `orders` command."""


def main() -> None:
    raise SystemExit("not yet")
