"""Which publication a PDF is: its metadata, the stamp of arXiv, the DOI on its first page, or a refusal."""

from __future__ import annotations

from io import BytesIO

import pytest

from pubcli.errors import ConflictError, PubcliError, UnreadableError
from pubcli.importers.gather import read


def pdf(*lines: str, metadata: dict[str, str] | None = None, password: str = "", owner: str = "") -> bytes:
    """A PDF of one page with these lines of text."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    fonts = DictionaryObject({NameObject(name): NameObject(value) for name, value in font.items()})
    resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): fonts})})
    page[NameObject("/Resources")] = resources
    escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    drawn = "".join(f"({line}) Tj 0 -14 Td " for line in escaped)
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 72 720 Td {drawn}ET".encode("latin-1"))
    page[NameObject("/Contents")] = content
    if metadata:
        writer.add_metadata(metadata)
    if password or owner:
        writer.encrypt(password, owner or None, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf("Quiet Rivers", "https://doi.org/10.5555/quiet.2019"), "DOI 10.5555/quiet.2019"),
        (pdf("Quiet Rivers", "DOI: 10.5555/quiet.2019."), "DOI 10.5555/quiet.2019"),
        (pdf("arXiv:2508.02520v1 [cs.DC] 4 Aug 2025", "doi.org/10.5555/cited"), "arXiv 2508.02520"),
        (pdf("Rivers", metadata={"/doi": "10.5555/quiet.2019"}), "DOI 10.5555/quiet.2019"),
        (
            pdf("10.5555/cited", metadata={"/Subject": "J. Rivers 7, doi:10.5555/quiet.2019"}),
            "DOI 10.5555/quiet.2019",
        ),
        (pdf("https://doi.org/10.1145/nnnnnnn.nnnnnnn", "10.5555/quiet.2019"), "DOI 10.5555/quiet.2019"),
        (pdf("10.5555/quiet.2019", owner="secret"), "DOI 10.5555/quiet.2019"),
        (pdf("https://openreview.net/forum?id=abcde"), "OpenReview abcde"),
    ],
)
def test_the_identifier_of_a_pdf(data: bytes, expected: str) -> None:
    assert [str(source) for source in read(data, "paper.pdf").further] == [expected]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (pdf("10.5555/quiet.2019", password="secret"), UnreadableError, "paper.pdf: this PDF is encrypted"),
        (pdf(), UnreadableError, "paper.pdf: the first page of this PDF holds no text, as a scan does"),
        (
            pdf("Quiet Rivers"),
            UnreadableError,
            "paper.pdf: there is no DOI or arXiv id on the first page of this PDF",
        ),
        (
            pdf("10.5555/one", "10.5555/two"),
            ConflictError,
            "paper.pdf: the first page of this PDF names several: 10.5555/one, 10.5555/two",
        ),
        (b"%PDF-1.7\nnothing", UnreadableError, "paper.pdf: this PDF is damaged: "),
    ],
)
def test_a_pdf_that_does_not_tell_is_refused(data: bytes, error: type[PubcliError], message: str) -> None:
    with pytest.raises(error) as caught:
        read(data, "paper.pdf")

    assert caught.value.message.startswith(message)
    assert caught.value.hint


def test_a_damaged_pdf_is_refused_wherever_it_ends(capfd: pytest.CaptureFixture[str]) -> None:
    whole = pdf("Quiet Rivers", "10.5555/quiet.2019")

    for end in range(8, len(whole), 97):
        try:
            read(whole[:end], "paper.pdf")
        except UnreadableError:
            continue

    assert capfd.readouterr() == ("", "")
