"""A placeholder for a table, queue, bucket or link lifetime that template.yaml does not set for a function."""


class Missing:
    """Raises an error that names the missing variable when it is used."""

    def __init__(self, variable: str) -> None:
        self._variable = variable

    def __getattr__(self, call: str) -> object:
        raise RuntimeError(f"{call}: template.yaml sets no {self._variable} for this function")
