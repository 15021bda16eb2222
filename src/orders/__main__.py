"""`python -m orders` is the `orders` command."""

from orders.cli import main

if __name__ == "__main__":  # the server's worker process imports this module, too
    main()
