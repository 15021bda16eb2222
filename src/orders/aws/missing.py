"""What stands where template.yaml gives a function no table, queue, bucket or lifetime of links."""


class NotGiven:
    """Tells whoever calls it which variable is missing."""

    def __init__(self, variable: str) -> None:
        self._variable = variable

    def __getattr__(self, call: str) -> object:
        raise RuntimeError(f"{call}: template.yaml gives this function no {self._variable}")
