"""The model of scale: what an order demands of AWS, AWS's limits, and an hour of orders against them."""
