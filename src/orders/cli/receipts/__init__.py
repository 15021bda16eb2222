"""Draws receipts of example orders for `orders receipt preview`, and names the faults of what they are drawn from."""
