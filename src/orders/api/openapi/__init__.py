"""The API, described for those who call it: the table of its routes, an OpenAPI document, and a page to read.

`openapi.json` is made from `routes.py` and the types by `make schema`; functions and servers serve it as it is.
"""
