"""What `orders submit` does: read orders, send them until they are answered, and count the answers."""
