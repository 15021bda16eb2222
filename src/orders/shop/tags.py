"""From a language tag (BCP 47) to the codes that a file of its words may have. Needs no Babel, as pages have none."""

_READ_AS = {"no": "nb", "nn": "nb"}
"""Languages whose speakers read the words of another."""
_RENAMED = {"iw": "he", "in": "id"}
"""Codes that a language had before 1989."""
_TRADITIONAL = frozenset({"HK", "MO", "TW"})
"""Where Chinese is written in the traditional script unless a tag names another one."""


def codes(tag: str) -> tuple[str, ...]:
    """The codes of any text, the best one last: `zh`, `zh-Hant`, `zh-TW`, `zh-Hant-TW`. `de_DE` is `de-DE`."""
    language, *others = tag.replace("_", "-").split("-")
    language = _RENAMED.get(language.lower(), language.lower())
    country = next((each.upper() for each in others if len(each) in {2, 3}), None)
    script = next((each.title() for each in others if len(each) == 4 and each.isalpha()), None)
    if language == "zh" and script is None:
        script = "Hant" if country in _TRADITIONAL else "Hans"
    with_script, with_country = script and f"{language}-{script}", country and f"{language}-{country}"
    with_both = with_script and country and f"{with_script}-{country}"
    return tuple(filter(None, (_READ_AS.get(language), language, with_script, with_country, with_both)))
