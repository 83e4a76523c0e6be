"""From mails and saved pages to text."""

from datetime import date

import pytest

from index.errors import ReadError
from index.read.mail import read_mail, read_saved_page
from tests.formats.make import mail, saved_page


def test_a_mail_says_its_subject_sender_and_day() -> None:
    extract = read_mail(mail())
    assert (extract.known.title, extract.known.author, extract.known.published) == ("The old pier – repairs", "Ivo Jones", date(2024, 3, 6))
    assert extract.text == "Dear all,\n\nThe council will repair the old pier before the first of May.\n\nIvo"


def test_a_mail_without_a_plain_body_is_read_from_its_page() -> None:
    page = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<style>no</style><h1>Salt</h1><p>Words of <b>caf\xc3\xa9</b>.</p>"
    extract = read_mail(page)
    assert extract.text == "Salt\n\nWords of café."
    assert (extract.known.author, extract.known.published, extract.known.title) == ("a@b.example", None, None)


@pytest.mark.parametrize("charset", ["iso-8859-1", "no-such", "utf-8"])
def test_a_body_is_decoded_as_it_says_or_as_it_is(charset: str) -> None:
    content = f"Subject: x\nContent-Type: text/plain; charset={charset}\n\n".encode() + "Köln ist schön.".encode("iso-8859-1")
    assert read_mail(content).text == "Köln ist schön."


def test_quoted_printable_is_read() -> None:
    content = (
        b"Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nK=C3=B6ln is a=\n long way."
    )
    assert read_mail(content).text == "Köln is a long way."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Just words.", "is no mail"),
        (b"Subject: empty\n\n", "holds no text"),
        (b"Subject: x\nContent-Type: image/png\n\nx", "holds no text"),
    ],
)
def test_what_is_no_mail_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read_mail(content)


def test_a_saved_page_keeps_its_address() -> None:
    extract = read_saved_page(saved_page("The tram climbs."))
    assert extract.text.startswith("# A page\n\nThe tram climbs.")
    assert (extract.known.title, extract.known.author, extract.known.url) == ("A page", "Gil Hay", "https://example.org/kell")


def test_a_saved_page_without_a_page_is_named() -> None:
    with pytest.raises(ReadError, match="holds no web page"):
        read_saved_page(b"Subject: x\nContent-Type: text/plain\n\nWords.")
