"""Which language a question is in. The one owner of py3langid."""

import re
from functools import cache
from typing import Any

SURE = 0.9
"""A language less probable than this is not named."""
FEWEST_WORDS = 3
"""Fewer do not tell a language."""
LONGEST = 1000
"""Characters that are looked at."""
UNDETERMINED = "und"

_ENGLISH = frozenset("the of what who whose when how which why where is are did does to and for from with about".split())
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def language_advice(question: str, passage: str) -> str:
    """Say in which language to ask, where a question is in another one than the passage that came nearest; else nothing."""
    asked = language_of(question)
    if asked in (None, "en"):
        return ""
    said = language_of(passage)
    if said in (None, asked, UNDETERMINED) or (asked == UNDETERMINED and _is_foreign_script(passage)):
        return ""
    return f"The question seems to be in {_NAMES.get(asked, 'another language')}, the articles in {_NAMES.get(said, said)}: ask in theirs."


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, `und` if only its script is clear, or None.

    >>> language_of("Who signed it, and when?"), language_of("Qui l'a signé, et quand était-ce ?"), language_of("Kim")
    ('en', 'fr', None)
    """
    words = re.findall(r"\w+", text[:LONGEST].lower())
    if _ENGLISH & set(words):
        return "en"  # nearly always, and it spares a second of loading
    if len(words) < FEWEST_WORDS and text.isascii():
        return None
    code, probability = _identifier().classify(text[:LONGEST])
    if probability >= SURE:
        return str(code)
    return UNDETERMINED if _is_foreign_script(text) else None


def _is_foreign_script(text: str) -> bool:
    """Say whether most letters are none of those from a to z."""
    letters = [c for c in text if c.isalpha()]
    return sum(c.isascii() for c in letters) < len(letters) / 2


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
