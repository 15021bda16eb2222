"""What an order is: its data, its states and its amounts. Pure; imports nothing of the other folders."""
