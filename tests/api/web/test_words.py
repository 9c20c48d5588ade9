"""Everything a page says can be said in every language."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from api.web.language import LANGUAGES, LOCALE, SOURCE

WEB = LOCALE.parent
JINJA = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def said() -> set[str]:
    """Every text that is marked in code and templates; of plural forms the singular."""
    found = extract_from_dir(
        str(WEB),
        method_map=[("**.py", "python"), ("**.html", "jinja2")],
        options_map={"**.html": JINJA},
        keywords={"_": None, "N_": None, "ngettext": (1, 2)},
    )
    texts = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}
    return texts - {""}


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != SOURCE])
class TestEachLanguage:
    def catalogue(self, language: str) -> dict[str, tuple[str, ...]]:
        with Path(LOCALE / language / "LC_MESSAGES" / "messages.po").open("rb") as source:
            read = read_po(source, locale=language)
        return {
            message.id if isinstance(message.id, str) else message.id[0]: (
                (message.string,) if isinstance(message.string, str) else tuple(message.string)
            )
            for message in read
            if message.id
        }

    def test_no_text_lacks_its_translation(self, language: str) -> None:
        known = self.catalogue(language)
        assert not sorted(text for text in said() if not all(known.get(text, ("",))))

    def test_no_translation_is_left_over(self, language: str) -> None:
        assert not sorted(set(self.catalogue(language)) - said())

    def test_a_translation_names_the_same_values(self, language: str) -> None:
        def names(text: str) -> set[str]:
            return {part.split(")")[0] for part in text.split("%(")[1:]}

        wrong = [
            text
            for text, translations in self.catalogue(language).items()
            for translation in translations
            if names(translation) - {"num"} != names(text) - {"num"}
        ]
        assert not wrong
