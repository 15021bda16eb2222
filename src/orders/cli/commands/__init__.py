"""The commands of `orders`, one module each, but for those that submit orders or draw receipts."""
