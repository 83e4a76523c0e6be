"""Which language a question is in, and what is said of it."""

import pytest

from qa.language import language_advice, language_of

PASSAGE = "Russia and North Korea signed a comprehensive treaty in Pyongyang, and both sides called it historic."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Which treaty was signed?", "en"),
        ("artillery shells price of the deal", "en"),
        ("Welchen Vertrag haben Russland und Nordkorea im Juni 2024 geschlossen?", "de"),
        ("Combien de soldats nord-coréens ont été envoyés en Russie ?", "fr"),
        ("북한과 러시아는 어떤 조약을 맺었습니까?", "ko"),
        ("Какой договор подписали Россия и Северная Корея?", "und"),
        ("Kim Putin", None),
        ("", None),
        ("?!", None),
        ("\ud800", None),
    ],
)
def test_the_language_of_a_question(text: str, expected: str | None) -> None:
    """It is told where it is clear; two names are no language, and short Cyrillic may be Russian or Bulgarian."""
    assert language_of(text) == expected


@pytest.mark.parametrize("question", ["Which treaty was signed?", "Kim Jong Un", "kim visit vladivostok", "!", ""])
def test_no_advice_for_a_question_that_may_be_english(question: str) -> None:
    assert language_advice(question, PASSAGE) == ""


def test_advice_names_both_languages() -> None:
    advice = language_advice("Wann haben Russland und Nordkorea den Vertrag unterschrieben?", PASSAGE)
    assert advice == "The question seems to be in German, the articles in English: ask in theirs."


def test_no_advice_where_both_may_be_of_one_language() -> None:
    """A short Cyrillic question whose language is not clear may well be that of Russian articles."""
    question = "Какой договор подписали Россия и Северная Корея?"
    assert (
        language_advice(question, "Россия и Северная Корея подписали в Пхеньяне договор, который обе стороны назвали историческим.") == ""
    )
    assert "another language, the articles in English" in language_advice(question, PASSAGE)


def test_no_advice_where_question_and_articles_agree() -> None:
    """A German question to German articles is asked rightly."""
    question = "Wann haben Russland und Nordkorea den Vertrag unterschrieben?"
    assert language_advice(question, "Russland und Nordkorea haben im Juni einen umfassenden Vertrag unterschrieben.") == ""
