"""The languages pages are written in: catalogues compiled from `locale/<language>/LC_MESSAGES/messages.po` once."""

import io
from collections.abc import Sequence
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, Protocol

from babel import Locale
from babel.core import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
SOURCE = "en"
LANGUAGES = (SOURCE, *sorted(folder.name for folder in LOCALE.iterdir() if folder.is_dir()))


class Translate(Protocol):
    """`_("Sent to %(name)s", name=…)`: the text in one language, its variables filled in."""

    def __call__(self, text: str, /, **values: Any) -> str: ...


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of one of LANGUAGES; English is the source and has none."""
    if language == SOURCE:
        return NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def translator(language: str) -> Translate:
    """`_` for Python code, in one of LANGUAGES."""
    catalogue = translations(language)

    def translate(text: str, /, **values: Any) -> str:
        found = catalogue.gettext(text)
        return found % values if values else found

    return translate


def known_language(wanted: str) -> str:
    """The language if there is a catalogue for it, else English."""
    return wanted if wanted in LANGUAGES else SOURCE


def accepted_language(header: str) -> str:
    """The best of LANGUAGES for an Accept-Language header; its order is taken as the preference."""
    wanted = [part.split(";")[0].strip() for part in header[:200].split(",")]
    return negotiate_locale(wanted, list[str](LANGUAGES), sep="-") or _by_prefix(wanted)


def _by_prefix(wanted: Sequence[str]) -> str:
    return next((tag[:2] for tag in wanted if tag[:2] in LANGUAGES), SOURCE)


@cache
def direction(language: str) -> str:
    """`ltr` or `rtl`."""
    return Locale.parse(language).text_direction


@cache
def language_names() -> list[tuple[str, str]]:
    """(code, the language's own name for itself)."""
    return [(code, (Locale.parse(code).get_display_name(code) or code).title()) for code in LANGUAGES]
