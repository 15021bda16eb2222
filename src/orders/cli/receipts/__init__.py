"""`orders preview` and `orders draw`: receipts without a server."""
