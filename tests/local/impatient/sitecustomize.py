"""Python imports this at start where it is on the path: the first try at a receipt has hardly any time."""

from orders.receipt import drawing

drawing._first_try._seconds = 0.012
