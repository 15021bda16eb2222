"""What the system does for webhooks: operators manage endpoints, and a worker delivers events to them."""
