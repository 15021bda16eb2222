"""What an order, an idle stack and an open page cost on AWS: `make cost`."""
