"""Audits the register of a deployment over its API."""
