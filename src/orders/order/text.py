"""Texts: small functions and constants that several folders share."""

TURNS_THE_LINE_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional embeddings, overrides and isolates (UAX 9): they turn around what others wrote on the same line."""


def so_many(count: int, thing: str) -> str:
    """`1 mail`, `1,000 mails`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
