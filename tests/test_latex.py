"""LaTeX in values: what is shown for it, and that what we write is read back."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.bibtex.latex import decode, decode_url, encode, is_balanced

ACCENTS = [
    (r"Andr\'e", "André"),
    (r"Andr\'{e}", "André"),
    (r"Andr{\'e}", "André"),
    (r"Andr{\'{e}}", "André"),
    (r"Andr\' e", "André"),
    (r"{\' e}", "é"),
    (r"\'{ e }", "é"),
    (r"Mart\'\inez", "Martínez"),
    (r"Mart\'{\i}nez", "Martínez"),
    (r"Mart{\'\i}nez", "Martínez"),
    (r"Mart{\'{\i}}nez", "Martínez"),
    (r"Mart\'{i}nez", "Martínez"),
    (r"na\"{\i}ve", "naïve"),
    (r"na{\"\i}ve", "naïve"),
    (r"G{\"o}del", "Gödel"),
    (r"G\"odel", "Gödel"),
    (r"\`a la carte", "à la carte"),
    (r"\^Ile", "Île"),
    (r"Mu\~noz", "Muñoz"),
    (r"Mu{\~n}oz", "Muñoz"),
    (r"\=a", "ā"),
    (r"\.z", "ż"),
    (r"\.{I}stanbul", "İstanbul"),
    (r"\.i", "i"),
    (r"\c{c}", "ç"),
    (r"\c c", "ç"),
    (r"{\c c}a", "ça"),
    (r"Fran\c{c}ois", "François"),
    (r"\v{s}", "š"),
    (r"\v s", "š"),
    (r"Ho\v{r}ava", "Hořava"),
    (r"\v{\j}", "ǰ"),
    (r"Erd\H{o}s", "Erdős"),
    (r"Erd{\H o}s", "Erdős"),
    (r"Erd\H os", "Erdős"),
    (r"K\k{a}kol", "Kąkol"),
    (r"\u{g}", "ğ"),
    (r"\u{\i}", "ĭ"),
    (r"\r{a}", "å"),
    (r"\r u", "ů"),
    (r"\d{s}", "ṣ"),
    (r"\b{b}", "ḇ"),
    (r"\t{oo}", "o͡o"),
    (r"\textcommabelow{s}", "ș"),
    (r"\'{\^e}", "ế"),
    (r"Nguy{\~{\^e}}n", "Nguyễn"),
    (r"Nguy\~{\^{e}}n", "Nguyễn"),
    (r"H\`{\^o}", "Hồ"),
    (r"\h{a}", "ả"),
    (r"\d{\^a}", "ậ"),
    (r"\'{}", "´"),
    (r"\^{}", "^"),
    (r"a\~{}b", "a~b"),
    (r"\'ab", "áb"),
    (r"\'{ab}c", "ábc"),
]
LETTERS = [
    (r"\aa ngstr\"om", "ångström"),
    (r"{\AA}ngstr{\"o}m", "Ångström"),
    (r"S{\o}ren", "Søren"),
    (r"S\o{}ren", "Søren"),
    (r"S\o ren", "Søren"),
    (r"\O rsted", "Ørsted"),
    (r"{\L}ukasz", "Łukasz"),
    (r"Pawe\l", "Paweł"),
    (r"Stra\ss e", "Straße"),
    (r"Stra{\ss}e", "Straße"),
    (r"Stra\ss{}e", "Straße"),
    (r"\ae ther {\AE}on", "æther Æon"),
    (r"{\oe}uvre \OE", "œuvre Œ"),
    (r"\i \j", "ıȷ"),
    (r"{\dh} {\DH} {\th} {\TH}", "ð Ð þ Þ"),
    (r"{\dj} {\DJ} {\ng} {\NG}", "đ Đ ŋ Ŋ"),
]
SYMBOLS = [
    (r"R\&D", "R&D"),
    (r"50\% off", "50% off"),
    (r"50% off", "50% off"),
    (r"\$5 \# a\_b", "$5 # a_b"),
    (r"a_b^c", "a_b^c"),
    (r"\{a\}", "{a}"),
    (r"a\textbackslash b", "a\\b"),
    (r"1\textendash 5", "1–5"),
    (r"1--5", "1–5"),
    (r"well---so", "well—so"),
    (r"well\textemdash{}so", "well—so"),
    ("a - b-c", "a - b-c"),
    ("-{}-", "--"),
    ("``quoted''", "“quoted”"),
    ("`quoted'", "‘quoted’"),
    ("don't, `don't'", "don't, ‘don't’"),
    (r"Schr\"odinger's cat", "Schrödinger's cat"),
    (r"it\textquoteright s", "it’s"),
    ("?`Qu\\'e?", "¿Qué?"),
    ("!`Hola!", "¡Hola!"),
    (r"and so on\ldots", "and so on…"),
    (r"a, \dots, b", "a, …, b"),
    (r"Intel\textregistered", "Intel®"),
    (r"Intel\textregistered{} CPU", "Intel® CPU"),
    (r"\copyright 2020", "©2020"),
    (r"and\slash or", "and/or"),
    (r"\LaTeX", "LaTeX"),
    (r"The \LaTeX{} Book", "The LaTeX Book"),
    (r"The \LaTeX\ Book", "The LaTeX Book"),
    (r"\TeX, \BibTeX and \LaTeXe", "TeX, BibTeX and LaTeX2ε"),
    (r"J.~K.~Rowling", "J. K. Rowling"),
    (r"J.\,K.\;R.\ T.", "J. K. R. T."),
    (r"data\-base", "database"),
    (r"a\\b", "a b"),
    (r"caf\'e\@.", "café."),
    ("\\texteuro 5, \\pounds 6", "€5, £6"),
    (r"\S 3, \P 4, \dag, \ddag", "§3, ¶4, †, ‡"),
]
TEXT_MACROS = [
    (r"\emph{in vivo} study", "in vivo study"),
    (r"\textit{a} \textbf{b} \texttt{c} \textsc{d}", "a b c d"),
    (r"{\em Nature} \& {\bf Science}", "Nature & Science"),
    (r"{\it E. coli}", "E. coli"),
    (r"\textbf{\underline{Xia}, Q.}", "Xia, Q."),
    (r"\underline{a}\mbox{b}\text{c}\mathrm{d}", "abcd"),
    (r"CO\textsubscript{2}", "CO₂"),
    (r"10\textsuperscript{6}", "10⁶"),
    (r"5\textsuperscript{th}", "5th"),
    (r"\url{https://x.org/~a/b_c--d%20e}", "https://x.org/~a/b_c--d%20e"),
    (r"\href{https://x.org}{the site}", "the site"),
    (r"\href{https://x.org}", "https://x.org"),
    (r"\textcolor{red}{Deep} Nets", "Deep Nets"),
    (r"\foreignlanguage{german}{Stra{\ss}e}", "Straße"),
    (r"\texorpdfstring{$\alpha$}{alpha}-x", "alpha-x"),
    (r"\noopsort{1973b}1973", "1973"),
    (r"{\relax Ch}arles", "Charles"),
    (r"\begin{CJK}{UTF8}{gbsn}夏\end{CJK}", "夏"),
    (r"{DNA} and {R}NA in {\NoSuch{deep}}", "DNA and RNA in deep"),
    (r"{{Double Braces}}", "Double Braces"),
    (r"Title\footnote{Invited}", "Title Invited"),
    (r"a\hspace{1em}b", "a b"),
    (r"a\quad b", "a b"),
    (r"\emph x", "x"),
]
MATHS = [
    (r"$\alpha$-divergence", "α-divergence"),
    (r"{$\beta$}-VAE", "β-VAE"),
    (r"$x^2$", "x²"),
    (r"$x^{10}$", "x¹⁰"),
    (r"H$_2$O", "H₂O"),
    (r"$_2$", "₂"),
    (r"$O(n \log n)$", "O(n log n)"),
    (r"$\mathcal{O}(n^{-1})$", "O(n⁻¹)"),
    (r"$n \times m$", "n × m"),
    (r"$3\times3$", "3×3"),
    (r"$a \le b \leq c \geq d$", "a ≤ b ≤ c ≥ d"),
    (r"$p \to \infty$", "p → ∞"),
    (r"$\ell_1$ and $L_p$", "ℓ₁ and Lₚ"),
    (r"$\mathbb{R}^n$", "ℝⁿ"),
    (r"$f'$", "f′"),
    (r"39$^{th}$", "39th"),
    (r"39$^{\mathrm{th}}$", "39th"),
    (r"$90^\circ$", "90°"),
    (r"$K^T$", "Kᵀ"),
    (r"$x^{\alpha\beta}$", "x^αβ"),
    (r"$x_{Q,K}$", "x_(Q,K)"),
    (r"$\frac{a}{b}$", "a/b"),
    (r"$\sqrt{2}$", "√2"),
    (r"$\hat{y}$", "ŷ"),
    (r"$k$-means", "k-means"),
    (r"\(x^2\)", "x²"),
    (r"\ensuremath{\Delta}-learning", "Δ-learning"),
    (r"$$x$$", "x"),
    ("a $5 thing", "a $5 thing"),
    ("between $5 and $6", "between $5 and $6"),
    (r"\alpha and \beta", "αand β"),
    (r"$\left( x \right)$", "( x )"),
]
REST = [
    (r"\heartsuit", "♡"),
    (r"$\rightsquigarrow$", "⇝"),
    (r"\foonet: a net", "foonet: a net"),
    (r"\foonet{} is a net", "foonet is a net"),
    (r"\foonet{Big} is a net", "Big is a net"),
    ("ends in \\", "ends in \\"),
    (r"ends in \'", "ends in ´"),
    (r"ends in \emph", "ends in"),
    ("{open", "open"),
    ("close}d", "closed"),
    ("  a\n\tb  c\u00a0d ", "a b c d"),
    ("", ""),
    ("{}", ""),
    ("plain, untouched: text (2020)!", "plain, untouched: text (2020)!"),
    ("Größe — “as is” 夏", "Größe — “as is” 夏"),
]


def test_there_are_enough_hard_strings() -> None:
    assert len(ACCENTS + LETTERS + SYMBOLS + TEXT_MACROS + MATHS + REST) >= 120


@pytest.mark.parametrize(("latex", "plain"), ACCENTS + LETTERS + SYMBOLS + TEXT_MACROS + MATHS + REST)
def test_hard_strings_are_read(latex: str, plain: str) -> None:
    assert decode(latex) == plain


def test_a_string_without_latex_is_returned_itself() -> None:
    text = "Deep Learning - a Survey: what it's not"

    assert decode(text) is text


def test_pylatexenc_is_imported_for_rare_macros_only() -> None:
    code = (
        "import sys; from pubcli.bibtex.latex import decode, encode\n"
        r"decode(r'{\"o} $x^2$ \LaTeX \textbf{a}'); encode('Gödel & ß – “x”', ascii_only=True)"
        "\nassert 'pylatexenc' not in sys.modules\n"
        r"assert decode(r'\rightsquigarrow') == '⇝'"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


HARD_CHARACTERS = st.sampled_from("\\{}$~`'^_?!-\"%&# \nabimo1é夏")


@given(st.text(HARD_CHARACTERS, max_size=40) | st.text(max_size=60))
def test_decoding_never_raises_and_gives_one_line(text: str) -> None:
    decoded = decode(text)

    assert decoded == " ".join(decoded.split())


@pytest.mark.parametrize(
    "hostile",
    [
        "{" * 100_000,
        "}" * 100_000,
        "{x" * 50_000,
        "\\'" * 50_000,
        "\\'{x" * 25_000,
        "\\textsuperscript{" * 6_000,
        "$" * 100_000,
        "$1 " * 33_000,
        "$1\\$" * 25_000,
        "$" + "^{" * 50_000,
        "\\frac{1" * 14_000,
        "\\begin{CJK}{" * 8_000,
        ("\\url" + " " * 300) * 330,
        "\\foo" * 25_000,
        "?`" * 50_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_hostile_input_takes_linear_time(hostile: str) -> None:
    start = time.process_time()

    decode(hostile)

    assert time.process_time() - start < 1


@given(st.text(HARD_CHARACTERS, max_size=30) | st.text(max_size=60))
def test_what_is_written_is_read_back(text: str) -> None:
    kept = "".join(char for char in " ".join(text.split()) if unicodedata.category(char) not in ("Cc", "Cs"))

    encoded = encode(text)

    assert decode(encoded) == " ".join(kept.split())
    assert is_balanced(encoded)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=30))
def test_latin_text_is_written_in_ascii_and_read_back(text: str) -> None:
    kept = "".join(char for char in " ".join(text.split()) if unicodedata.category(char) != "Cc")

    encoded = encode(text, ascii_only=True)

    assert decode(encoded) == unicodedata.normalize("NFC", " ".join(kept.split()))
    assert is_balanced(encoded)


@pytest.mark.parametrize(
    ("plain", "unicode", "ascii_only"),
    [
        ("R&D 50% #1 a_b $5", r"R\&D 50\% \#1 a\_b \$5", r"R\&D 50\% \#1 a\_b \$5"),
        ("{a}", r"\textbraceleft{}a\textbraceright{}", r"\textbraceleft{}a\textbraceright{}"),
        ("\\ ~ ^", *2 * [r"\textbackslash{} \textasciitilde{} \textasciicircum{}"]),
        ("a--b it''s", "a-{}-b it'{}'s", "a-{}-b it'{}'s"),
        ("Gödel, Erdős", "Gödel, Erdős", r"G{\"o}del, Erd{\H{o}}s"),
        ("Straße, Łukasz", "Straße, Łukasz", r"Stra{\ss}e, {\L}ukasz"),
        ("naïve ế", "naïve ế", r"na{\"\i}ve {\'{\^e}}"),
        ("1–5 α", "1–5 α", r"1{\textendash}5 {\ensuremath{\alpha}}"),
        ("夏庆荣", "夏庆荣", "夏庆荣"),
        ("two\nlines\x1b[31m", "two lines[31m", "two lines[31m"),
    ],
)  # fmt: skip
def test_plain_text_is_written_as_a_value(plain: str, unicode: str, ascii_only: str) -> None:
    assert encode(plain) == unicode
    assert encode(plain, ascii_only=True) == ascii_only


@pytest.mark.parametrize(
    ("text", "balanced"),
    [("", True), ("{a{b}}", True), ("}{", False), (r"\{", False), (r"\{\}", True), (r"{\}}", False)],
)
def test_a_backslash_does_not_escape_a_brace(text: str, balanced: bool) -> None:
    assert is_balanced(text) is balanced


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://x.org/~me/a--b_c?d=1&e=%20", "https://x.org/~me/a--b_c?d=1&e=%20"),
        (r"\url{https://x.org/~me}", "https://x.org/~me"),
        (r"https://x.org/a\_b\%20c\&d\#e", "https://x.org/a_b%20c&d#e"),
        (r"https://x.org/{\textasciitilde}me", "https://x.org/~me"),
        (r"https://x.org/\textasciitilde{}me", "https://x.org/~me"),
        (r"https://x.org/\~{}me", "https://x.org/~me"),
        (r"https://x.org/$\sim$me", "https://x.org/~me"),
        (r"\href{https://x.org/a}{here}", "https://x.org/a"),
    ],
)
def test_addresses_keep_their_tildes_and_dashes(value: str, address: str) -> None:
    assert decode_url(value) == address
