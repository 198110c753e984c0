"""Bytes become text and the same bytes again, or the user is told why not."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.bibtex.encoding import Text, decode_bytes, encode_text
from pubcli.errors import UnreadableError

GERMAN = "author = {Müller, Jürgen and Åström, Zoë}, title = {Über “große” Häfen – ein Überblick}"


@pytest.mark.parametrize(
    ("text", "written_in", "codec"),
    [
        ("plain ASCII", "ascii", "utf-8"),
        ("", "ascii", "utf-8"),
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN, "mac-roman", "mac-roman"),
        (GERMAN.translate({0x201C: None, 0x201D: None, 0x2013: None}), "latin-1", "cp1252"),
        ("author = {Wałęsa, Łucja and Źdźbło, Żaneta}", "cp1250", "cp1250"),
        ("автор = {Иванов, Пётр}, title = {О гавани}", "cp1251", "cp1251"),
        ("title = {ソースコードの構造と表示}", "shift_jis", "cp932"),
        ("title = {基于图的中文信息处理方法研究}", "gbk", "gbk"),
        ("title = {日本語の題}", "iso2022_jp", "iso2022_jp"),
        ("% Encoding: ISO8859_1\nMüller", "latin-1", "iso8859-1"),
        ("% Encoding: Cp1252\nMüller", "cp1252", "cp1252"),
        ("% -*- mode: bibtex; coding: latin-2-unix -*-\nŁuk", "iso8859-2", "iso8859-2"),
        ("x\n% vim: set fileencoding=koi8-r :\nПётр", "koi8-r", "koi8-r"),
        ("% Encoding: GBK\n隆榎", "gbk", "gbk"),
        ("% Encoding: Cp1252\nonly ASCII left", "ascii", "cp1252"),
        ("% Encoding: UTF-8\nauthor = {Müller, Jürgen}", "latin-1", "cp1252"),
        ("% Encoding: ISO8859_1\nMüller", "utf-8", "utf-8"),
        ("% Encoding: UTF-16\nplain ASCII", "ascii", "utf-8"),
        ("% Encoding: klingon\nplain ASCII", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_kept(text: str, written_in: str, codec: str) -> None:
    data = text.encode(written_in)

    read = decode_bytes(data)

    assert read == Text(text, codec)
    assert encode_text(read.text, read) == data


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_decides_and_stays(mark: bytes, codec: str) -> None:
    data = mark + GERMAN.encode(codec)

    read = decode_bytes(data, "latin-1")

    assert read == Text(GERMAN, codec, mark)
    assert encode_text(read.text + "é", read) == data + "é".encode(codec)


def test_a_setting_beats_what_could_be_told_from_the_bytes() -> None:
    data = "作者 表".encode("shift_jis")

    read = decode_bytes(data, "Shift_JIS")

    assert (read.text, read.codec) == ("作者 表", "shift_jis")
    assert b"\\" in data
    assert "\\" not in read.text


def test_stray_bytes_in_utf_8_come_back_as_they_were() -> None:
    data = "Žáček Dvořák Łucja ".encode() + b"Andr\xe9"

    read = decode_bytes(data)

    assert read.stray
    assert encode_text(read.text, read) == data
    assert encode_text("ü" + read.text, read) == "ü".encode() + data


@pytest.mark.parametrize(
    ("data", "encoding", "message", "hint"),
    [
        (
            b"a\nb = {" + "한국어 저자".encode("euc-kr") + b"}",
            "",
            "my.bib:2: this is not UTF-8, and which encoding it is cannot be told",
            "set `encoding` in the configuration, for example to gbk, shift_jis, cp1251 or latin-1",
        ),
        (
            b"a\r\nb\xff",
            "utf-8",
            "my.bib:2: byte 0xFF cannot be read as utf-8, which is the setting 'encoding'",
            "set `encoding` in the configuration to the file's encoding",
        ),
        (
            b"x",
            "klingon",
            "my.bib: there is no encoding 'klingon', which is the setting 'encoding'",
            "utf-8, cp1252, gbk, shift_jis, …",
        ),
        (
            b"x",
            "hex",
            "my.bib: there is no encoding 'hex', which is the setting 'encoding'",
            "utf-8, cp1252, gbk, shift_jis, …",
        ),
        (
            b"PK\x03\x04\x00\x00",
            "",
            "my.bib: this is no text file (it has zero bytes)",
            "UTF-16 needs its byte-order mark",
        ),
        (
            b"\x1b(Jx",
            "iso2022_jp",
            "my.bib: read as iso2022_jp and written again, the file would not be the same",
            "convert the file to UTF-8",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, encoding: str, message: str, hint: str) -> None:
    with pytest.raises(UnreadableError) as error:
        decode_bytes(data, encoding, path="my.bib")

    assert (error.value.message, error.value.hint) == (message, hint)


def test_a_character_that_the_encoding_cannot_hold_is_named() -> None:
    read = decode_bytes(GERMAN.encode("cp1252"))

    with pytest.raises(UnreadableError) as error:
        encode_text("a\nŁ", read, path="my.bib")

    assert error.value.message == "my.bib:2: the file's encoding cp1252 cannot hold 'Ł' (U+0141)"


def test_a_file_that_loses_its_only_accent_keeps_its_encoding() -> None:
    read = decode_bytes("author = {Müller}".encode("cp1252"))

    data = encode_text("author = {Strüm}", Text("", read.codec, read.bom))

    assert data == "author = {Strüm}".encode("cp1252")


@given(st.binary(max_size=80))
def test_any_bytes_come_back_or_are_refused(data: bytes) -> None:
    try:
        read = decode_bytes(data)
    except UnreadableError:
        return

    assert encode_text(read.text, read) == data


@given(
    st.text(max_size=60),
    st.sampled_from(["utf-8", "latin-1", "cp1252", "gbk", "shift_jis", "iso2022_jp", "utf-16"]),
)
def test_any_text_comes_back_in_a_set_encoding_or_is_refused(text: str, codec: str) -> None:
    try:
        data = text.encode(codec)
        read = decode_bytes(data, codec)
    except (UnicodeError, UnreadableError):
        return

    assert encode_text(read.text, read) == data
