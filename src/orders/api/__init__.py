"""What callers send and see: requests, answers, documents and the description of the API."""
