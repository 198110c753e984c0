"""From the bytes of a .bib file to text, and back to the same bytes.

Knows encodings and no BibTeX. Nothing is ever replaced: bytes that cannot be read, or that would not
come back the same, and characters that the file's encoding cannot hold are an UnreadableError.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pubcli.errors import UnreadableError

# JabRef and Emacs declare the encoding in the first lines, Vim in the first or last ones.
_DECLARED = re.compile(
    rb"^[ \t]*%.*?(?:\bEncoding:[ \t]*|-\*-.*?\bcoding:[ \t]*|\bvim?:.*?\bfileencoding=)([\w.+-]+)",
    re.IGNORECASE | re.MULTILINE,
)
_LOOKED_AT = 2048

# What others call an encoding, where Python does not know the name.
_NAMES = {
    "ansinew": "cp1252",
    "ansi": "cp1252",
    "applemac": "mac-roman",
    "binary": "latin-1",
    "chinese-gbk": "gbk",
    "latin0": "iso8859-15",
    "raw-text": "latin-1",
    "undecided": "utf-8",
    "x-windows-950": "cp950",
    "x-windows-949": "cp949",
}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Languages' letters, and signs that stand within words of any: what a byte must show up as in the
# right place before an encoding counts as detected.
_WESTERN = "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßœšž"
_CENTRAL = "áâăäąćçčďđéęëěíîłńňóôőöřśšşťţúůűüýźžżßĺľŕ"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"
_HAN = r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]"
_KANA = r"[\u3040-\u30ff]"
_LATIN = (
    ("cp1252", _WESTERN),
    ("latin-1", _WESTERN),
    ("mac-roman", _WESTERN),
    ("cp1250", _CENTRAL),
    ("iso8859-2", _CENTRAL),
)
_SIGNS = "\xa0¡¢£¤¥¦§¨©ª«¬\xad®¯°±²³´µ¶·¸¹º»¼½¾¿×÷€‚ƒ„…†‡ˆ‰‹‘’“”•–—˜™›"
# In titles, surnames and names of journals one of these is never far; in Korean or Japanese read as
# GBK they are no more frequent than any other character.
_FREQUENT_HAN = frozenset(
    "的一是在不了有和人这中大为上个国以要年学与研究基于系统方法技术分析应用发展理论论文问题模型计算机网络信息科设计"
    "数据报北京华清出版社期第及对其新工程实现性化管教育语言社会历史经济王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林"
)
_PLAUSIBLE = 0.9

# Bytes of another encoding in a UTF-8 file stand for themselves as private characters, so that they
# come back as they were.
_PRIVATE = 0xF700
_STRAY = re.compile("[\uf780-\uf7ff]")
_ESCAPES_OF_ISO_2022 = (b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b$)C")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, the codec it was read with, and the byte-order mark that stood before it.

    `stray` is set for UTF-8 with single bytes of another encoding; they are U+F780 to U+F7FF in `text`.
    """

    text: str
    codec: str = "utf-8"
    bom: bytes = b""
    stray: bool = False


def decode_bytes(data: bytes, encoding: str = "", path: object = "") -> Text:
    """The text of a file's bytes; `encoding` is the user's setting, `path` is named in errors.

    A byte-order mark decides, then the setting, what the file declares, and UTF-8; last come
    encodings that make words of the text beyond doubt, and UTF-8 with some stray bytes.
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec, path, "its byte-order mark", mark)
    if encoding:
        return _strict(data, _codec(encoding, path, "the setting 'encoding'"), path, "the setting 'encoding'")
    _refuse_zeros(b"\0" in data, path)
    declared = _declared(data)
    if _is_escaped(data):
        return _strict(data, declared or "iso2022_jp", path, "the encoding it declares")
    if _is_utf8(data):
        text = data.decode("utf-8")
        in_declared = declared and data.isascii() and _decoded(data, declared) == text
        return Text(text, declared if in_declared else "utf-8")
    if declared and (text := _decoded(data, declared)):
        return Text(text, declared)
    if found := _with_stray_bytes(data) or _detected(data):
        return found
    line, _ = _place(data, _first_bad(data))
    raise UnreadableError(
        f"{path}:{line}: this is not UTF-8, and which encoding it is cannot be told",
        hint="set `encoding` in the configuration, for example to gbk, shift_jis, cp1251 or latin-1",
    )


def encode_text(text: str, like: Text, path: object = "") -> bytes:
    """The bytes of `text` in the encoding and with the mark of the file it came from."""
    try:
        if like.stray:
            text = _STRAY.sub(lambda found: chr(ord(found[0]) - _PRIVATE + 0xDC00), text)
            return like.bom + text.encode(like.codec, "surrogateescape")
        return like.bom + text.encode(like.codec)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        character = text[error.start]
        place = f"{path}:{line}: " if str(path) else f"line {line}: "
        raise UnreadableError(
            f"{place}the file's encoding {like.codec} cannot hold '{character}' (U+{ord(character):04X})",
            hint="write it in LaTeX, or convert the file to UTF-8",
        ) from None


def _strict(data: bytes, codec: str, path: object, why: str, mark: bytes = b"") -> Text:
    """Decode, and make sure that the bytes come back."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        line, byte = _place(data, error.start)
        raise UnreadableError(
            f"{path}:{line}: byte 0x{byte:02X} cannot be read as {codec}, which is {why}",
            hint="set `encoding` in the configuration to the file's encoding",
        ) from None
    try:
        same = text.encode(codec) == data
    except UnicodeEncodeError:
        same = False
    if not same:
        raise UnreadableError(
            f"{path}: read as {codec} and written again, the file would not be the same",
            hint="convert the file to UTF-8",
        )
    _refuse_zeros("\0" in text, path)
    return Text(text, codec, mark)


def _refuse_zeros(found: bool, path: object) -> None:
    if found:
        raise UnreadableError(
            f"{path}: this is no text file (it has zero bytes)", hint="UTF-16 needs its byte-order mark"
        )


def _codec(name: str, path: object, why: str) -> str:
    """Python's name for an encoding of text."""
    name = re.sub(r"-(?:unix|dos|mac)$", "", name.strip().lower())
    name = re.sub(r"^latin-(\d+)$", r"latin\1", _NAMES.get(name, name))
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # binary codecs, such as hex, are no encoding of text
    except (LookupError, ValueError):
        raise UnreadableError(
            f"{path}: there is no encoding '{name}', which is {why}", hint="utf-8, cp1252, gbk, shift_jis, …"
        ) from None
    return "utf-8" if found.name == "utf-8-sig" else found.name


def _declared(data: bytes) -> str:
    """The codec that the first or last lines declare, or an empty text; an unknown one counts as none."""
    for part in (data[:_LOOKED_AT], data[-_LOOKED_AT // 4 :]):
        if found := _DECLARED.search(part):
            try:
                return _codec(found[1].decode("ascii"), "", "declared")
            except UnreadableError:
                return ""
    return ""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_escaped(data: bytes) -> bool:
    """Whether the file is ISO-2022: seven bits, with escape sequences that nothing else has."""
    return data.isascii() and any(escape in data for escape in _ESCAPES_OF_ISO_2022)


def _first_bad(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _place(data: bytes, position: int) -> tuple[int, int]:
    """Line and value of the byte at `position`."""
    return data.count(b"\n", 0, position) + 1, data[position]


def _with_stray_bytes(data: bytes) -> Text | None:
    """The text of a file that is UTF-8 but for a few bytes, as when entries of other files were pasted in."""
    text = data.decode("utf-8", "surrogateescape")
    stray = sum(len(run) for run in re.findall("[\udc80-\udcff]+", text))
    if stray > len(re.findall("[^\x00-\x7f\udc80-\udcff]", text)) or _STRAY.search(text):
        return None
    return Text(re.sub("[\udc80-\udcff]", lambda bad: chr(ord(bad[0]) - 0xDC00 + _PRIVATE), text), stray=True)


def _detected(data: bytes) -> Text | None:
    """The text in the encoding that makes most words of it, if it makes any of the rest."""
    found: list[tuple[float, Text]] = []
    for codec, letters in _LATIN:
        text = _decoded(data, codec)
        found.append((_share(text, _latin_pattern(letters)), Text(text, codec)))
    for codec, pattern in (
        ("cp932", f"(?:{_HAN}|{_KANA})+"),
        ("gbk", f"{_HAN}+"),
        ("cp1251", rf"\b[{_CYRILLIC.upper()}]?[{_CYRILLIC}]{{2,}}\b|\b[{_CYRILLIC.upper()}]+\b"),
    ):
        text = _decoded(data, codec)
        if text and _is_certain(text, codec):
            found.append((_share(text, pattern), Text(text, codec)))
    best, likeliest = max(found, key=lambda pair: pair[0])
    if best >= _PLAUSIBLE:
        return likeliest
    return next((read for _, read in found[:2] if _is_western(read.text)), None)


def _is_western(text: str) -> bool:
    """Whether no character is one that Western European text does not have, and none stand in runs."""
    known = f"[\x00-\x7f{_WESTERN}{_WESTERN.upper()}{re.escape(_SIGNS)}]+"
    return bool(re.fullmatch(known, text)) and not re.search(
        r"[^\x00-\x7f]{4}|[ÃÂ][^\x00-\x7f]|[a-z][³¹¿]?[³¹¿¼¶£¢][a-z]", text
    )


def _decoded(data: bytes, codec: str) -> str:
    """The text in this codec; empty if it cannot be read, or not written back as it was."""
    try:
        text = data.decode(codec)
        return text if text.encode(codec) == data else ""
    except (UnicodeError, LookupError):
        return ""


def _is_certain(text: str, codec: str) -> bool:
    """Whether the text has what only its language has: kana, or the most frequent characters of Chinese."""
    if codec == "cp932":
        return len(re.findall(_KANA, text)) * 5 >= len(re.findall(_HAN, text))
    if codec == "gbk":
        found = re.findall(_HAN, text)
        return 6 * sum(char in _FREQUENT_HAN for char in found) >= len(found) > 5
    return True


def _share(text: str, pattern: str) -> float:
    """The share of the non-ASCII characters that stand where `pattern` finds them."""
    matched = "".join(found[0] for found in re.finditer(pattern, text))
    count = len(re.findall(r"[^\x00-\x7f]", text))
    return len(re.findall(r"[^\x00-\x7f]", matched)) / count if count else 0.0


def _latin_pattern(letters: str) -> str:
    """Where non-ASCII characters stand in Latin text: letters in words, capitals first, signs outside."""
    upper = letters.upper().replace("SS", "")
    return (
        rf"(?<=[A-Za-z{{}}\-])[{letters}]{{1,2}}(?![{letters}{upper}])"
        rf"|(?<![A-Za-z{letters}{upper}])[{letters}](?=[a-z\s])"
        rf"|(?<![a-z{letters}])[{upper}]{{1,2}}(?=[A-Za-z{{}}\s.,'’\-])"
        r"|[“”‘’„–—…«»·´`¨\xa0\xad]"
        r"|(?<![A-Za-z])[°§©®™€£×±¿¡¹²³¼½¾µ†‡•](?![A-Za-z])|(?<=\d)[°×µª º](?=\w|\s)"
    )
