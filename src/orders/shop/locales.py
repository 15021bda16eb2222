"""From the language tag of an order to the formats of Unicode's CLDR."""

import re
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_SUBTAGS = re.compile("([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?(?:-.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Subtags:
    """Of a language tag (BCP 47): `pt`, None, `BR`. The language is lower-case, and never a code that was renamed."""

    language: str
    script: str | None
    country: str | None

    def locale(self) -> Locale | None:
        """The nearest that CLDR has: with the script and country, or less. None if it does not know the language."""
        for names in (
            [self.language, self.script, self.country],
            [self.language, self.country] if self._is_usual_script() else [],
            [self.language, self.script],
            [self.language],
        ):
            if names and (locale := _parsed("_".join(filter(None, names)))) and self._may_be(locale):
                return locale
        return None

    def tag(self) -> str:
        """With the script that the language usually has in this country, if the tag names none."""
        return "-".join(filter(None, (self.language, self._usual_script(), self.country)))

    def _may_be(self, locale: Locale) -> bool:
        """Babel finds `zh_Hans_CN` for `zh_Hant_CN`."""
        return self.script is None or locale.script in {None, self.script}

    def _is_usual_script(self) -> bool:
        return self.script is None or self.script == Subtags(self.language, None, self.country)._usual_script()

    def _usual_script(self) -> str | None:
        """The tag's own, or the one that the language has in this country."""
        if self.script:
            return self.script
        locale = self.locale()
        if locale and locale.script:
            return str(locale.script)
        return _script_of(get_global("likely_subtags").get(self.language, ""))


def subtags(tag: str) -> Subtags:
    """The subtags of any text. `de_DE` is `de-DE`, and `iw` is `he`, as it was before 1989."""
    match = _SUBTAGS.fullmatch(tag.replace("_", "-"))
    language, script, country = match.groups() if match else (tag[:2], None, None)
    renamed = get_global("language_aliases").get(language.lower(), language.lower()).split("_")
    return Subtags(
        renamed[0], script.title() if script else _script_of("_".join(renamed)), country.upper() if country else None
    )


def _script_of(identifier: str) -> str | None:
    return next((each for each in identifier.split("_")[1:] if len(each) == 4), None)


def _parsed(identifier: str) -> Locale | None:
    try:
        return Locale.parse(identifier)
    except (UnknownLocaleError, ValueError):
        return None
