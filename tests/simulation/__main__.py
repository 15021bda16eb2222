"""`python -m tests.simulation`, as `make simulate` calls it. Its child processes import this file: nothing else yet."""

if __name__ == "__main__":
    import sys

    from tests.simulation.cli import main

    sys.exit(main())
