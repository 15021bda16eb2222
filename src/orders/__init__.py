"""Serverless order processing: an order in, a PDF receipt out, nothing lost on the way."""
