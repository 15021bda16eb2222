"""The decimal sign of a locale, by Unicode's CLDR, and the separator of lists that Windows has there.

The function that exports orders comes without Babel, so the languages are listed here; a test compares them with Babel.
"""

DEFAULT = "en"

_LANGUAGES_WITH_COMMA = """
af agq ast az bas be bg blo br bs ca cs cv da de dsb dua dyo el eo es et eu ewo ff fi fo fr fy gl hr hsb ht hu hy ia
id ie is it jgo jv ka kab kea kgp kk kkj kl ksf ku ky lb lij lld ln lo lt lu lv mgh mk mua nb nl nmg nn nnh no nr pl
ps pt rn ro ru rw sah sc se seh sg shi sk sl smn sq sr ss su sv tg tk tok tr ts tt tzm uk uz ve vec vi wo yav yrl zgh
"""
_EXCEPTIONS = """
ar-DZ ar-LB ar-LY ar-MA ar-MR ar-TN az-Arab az-Cyrl de-CH de-LI en-AT en-BE en-CZ en-DE en-DK en-ES en-FI en-FR
en-HU en-ID en-IT en-NL en-NO en-PL en-PT en-RO en-SE en-SI en-SK en-ZA es-419 es-BR es-BZ es-CU es-DO es-GT es-HN
es-MX es-NI es-PA es-PE es-PR es-SV es-US ff-Adlm it-CH kk-Arab ms-BN ms-ID qu-BO sw-CD
"""
"""The countries and scripts in which a language has the other sign of the two."""
_SEMICOLON_LANGUAGES, _SEMICOLON_COUNTRIES = frozenset({"ar", "fa", "ur"}), frozenset({"CH", "LI"})
"""Lists have a semicolon although the decimal sign is a point."""
_WITH_COMMA, _OTHERWISE = frozenset(_LANGUAGES_WITH_COMMA.split()), frozenset(_EXCEPTIONS.split())


def decimal(locale: str) -> str:
    """The decimal sign of a language tag (BCP 47); the point for a language that nobody has listed."""
    language, *subtags = locale.split("-")
    language = language.lower()
    is_otherwise = any(f"{language}-{_in_usual_case(subtag)}" in _OTHERWISE for subtag in subtags)
    return "," if (language in _WITH_COMMA) != is_otherwise else "."


def of_list(locale: str) -> str:
    """The separator of cells. It is never the decimal sign."""
    language, *subtags = locale.split("-")
    has_semicolon = (
        decimal(locale) == ","
        or language.lower() in _SEMICOLON_LANGUAGES
        or any(subtag.upper() in _SEMICOLON_COUNTRIES for subtag in subtags)
    )
    return ";" if has_semicolon else ","


def _in_usual_case(subtag: str) -> str:
    return subtag.title() if len(subtag) == 4 else subtag.upper()
