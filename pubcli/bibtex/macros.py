"""The macros that titles, names and venues are written with, as tables.

Knows what each macro stands for; how a text is read with them is `latex`'s business.
"""

from __future__ import annotations


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _pairs(table: str) -> dict[str, str]:
    words = iter(table.split())
    return dict(zip(words, words, strict=True))


# Accent macro: combining character, and what stands for the accent over nothing (`\^{}` is a caret).
ACCENTS: dict[str, tuple[str, str]] = {
    "`": ("\u0300", "`"), "'": ("\u0301", "´"), "^": ("\u0302", "^"), "~": ("\u0303", "~"),
    "=": ("\u0304", "¯"), "u": ("\u0306", "˘"), ".": ("\u0307", "˙"), '"': ("\u0308", "¨"),
    "h": ("\u0309", ""), "r": ("\u030a", "˚"), "H": ("\u030b", "˝"), "v": ("\u030c", "ˇ"),
    "d": ("\u0323", ""), "textcommabelow": ("\u0326", ""), "c": ("\u0327", "¸"), "k": ("\u0328", "˛"),
    "b": ("\u0331", ""), "t": ("\u0361", ""),
    "grave": ("\u0300", ""), "acute": ("\u0301", ""), "hat": ("\u0302", ""), "widehat": ("\u0302", ""),
    "tilde": ("\u0303", ""), "widetilde": ("\u0303", ""), "bar": ("\u0304", ""), "breve": ("\u0306", ""),
    "dot": ("\u0307", ""), "ddot": ("\u0308", ""), "check": ("\u030c", ""), "vec": ("\u20d7", ""),
}  # fmt: skip
ACCENT_OF = {combining: macro for macro, (combining, _) in reversed(ACCENTS.items())}

# Letters and signs of text; written with `encode`'s `ascii_only` too.
LETTERS = _pairs(r"""
    o ø O Ø l ł L Ł ss ß SS ẞ ae æ AE Æ oe œ OE Œ aa å AA Å i ı j ȷ
    dh ð DH Ð th þ TH Þ dj đ DJ Đ ng ŋ NG Ŋ
    textendash – textemdash — textquoteleft ‘ textquoteright ’ textquotedblleft “ textquotedblright ”
    quotedblbase „ quotesinglbase ‚ guillemotleft « guillemotright » guillemetleft « guillemetright »
    guilsinglleft ‹ guilsinglright › textexclamdown ¡ textquestiondown ¿ ldots … copyright © textregistered ®
    texttrademark ™ texteuro € pounds £ textyen ¥ textcent ¢ S § P ¶ dag † ddag ‡ textbullet • textdegree °
    textperiodcentered · textordfeminine ª textordmasculine º textonehalf ½ textonequarter ¼
    textthreequarters ¾ textmu µ textpm ± texttimes × textdiv ÷ textnumero № textperthousand ‰
""")
ASCII_OF = {letter: macro for macro, letter in reversed(LETTERS.items())}

SYMBOLS = LETTERS | _pairs(r"""
    textbackslash \ textasciitilde ~ textasciicircum ^ textasciigrave ` textquotesingle '
    textquotedbl " textbraceleft { textbraceright } lbrace { rbrace } lbrack [ rbrack ]
    textunderscore _ textdollar $ textbar | textless < textgreater > textasteriskcentered *
    textellipsis … dots … cdots ⋯ vdots ⋮ ddots ⋱ dotsc … dotsb ⋯ textsterling £ euro € EUR €
    textdagger † textdaggerdbl ‡ textsection § textparagraph ¶ textcopyright © texttwosuperior ²
    textthreesuperior ³ textonesuperior ¹ textvisiblespace ␣ slash / lq ‘ rq ’ textcent ¢ degree °
    textrightarrow → textleftarrow ← textuparrow ↑ textdownarrow ↓ textminus − textsurd √ texthyphen
    - hyphen - textasciimacron ¯ textasciiacute ´ textasciidieresis ¨ checkmark ✓ Letter ✉ alpha α
    beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
    lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ
    phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ
    Phi Φ Psi Ψ Omega Ω textalpha α textbeta β textgamma γ textmugreek μ times × div ÷ pm ± mp ∓
    cdot · ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ otimes ⊗ odot ⊙ le ≤ leq ≤ leqslant ≤ ge ≥ geq ≥
    geqslant ≥ ll ≪ gg ≫ ne ≠ neq ≠ approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ infty ∞ in ∈
    notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ setminus ∖ emptyset ∅
    varnothing ∅ forall ∀ exists ∃ neg ¬ lnot ¬ land ∧ wedge ∧ lor ∨ vee ∨ vdash ⊢ models ⊨ top ⊤
    bot ⊥ perp ⊥ parallel ∥ to → rightarrow → longrightarrow ⟶ leftarrow ← gets ← leftrightarrow ↔
    Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ iff ⇔ implies ⇒ mapsto ↦ uparrow ↑ downarrow ↓ nearrow
    ↗ searrow ↘ sum ∑ prod ∏ int ∫ oint ∮ partial ∂ nabla ∇ sqrt √ surd √ prime ′ ell ℓ hbar ℏ Re ℜ
    Im ℑ aleph ℵ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ vert | Vert ‖ mid | backslash \
    angle ∠ triangle △ square □ Box □ diamond ⋄ Diamond ◇ dagger † ddagger ‡ lnsim ⋦ natural ♮ sharp
    ♯ flat ♭ clubsuit ♣ heartsuit ♡ spadesuit ♠ colon : nmid ∤ lesssim ≲ gtrsim ≳ prec ≺ succ ≻
    ltimes ⋉ rtimes ⋊ Join ⋈ bowtie ⋈ log log ln ln exp exp sin sin cos cos tan tan max max min min
    sup sup inf inf lim lim arg arg argmax argmax argmin argmin det det dim dim ker ker deg deg gcd
    gcd mod mod bmod mod Pr Pr and and
""")
# Words of their own: the space behind them stays.
LOGOS = _pairs("""
    TeX TeX LaTeX LaTeX LaTeXe LaTeX2ε BibTeX BibTeX BibLaTeX BibLaTeX XeTeX XeTeX LuaTeX LuaTeX AmS AMS
""")
SPACES = _words("""
    quad qquad space enspace enskip thinspace newline linebreak par thickspace medspace nobreakspace
    hfill break nobreak allowbreak tab xspace
""")

# Macros that leave no trace themselves; what they are given, or what follows, is text.
TRANSPARENT = _words("""
    emph textit textbf texttt textsc textsf textsl textrm textmd textup textnormal textlf underline
    uline ul uwave mbox hbox fbox text mathrm mathit mathbf mathsf mathtt mathcal mathscr mathfrak
    mathop mathbin mathrel boldsymbol bm operatorname operatornamewithlimits url path nolinkurl
    uppercase lowercase MakeUppercase MakeLowercase bf it em sc tt rm sf sl bfseries itshape slshape
    scshape ttfamily rmfamily sffamily mdseries upshape normalfont normalsize tiny scriptsize
    footnotesize small large Large LARGE huge Huge boldmath unboldmath cal relax protect left right
    big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle scriptstyle limits nolimits
    noindent centering null ignorespaces unskip leavevmode enquote nocase textquote sout st hl
    makebox framebox overline natexlab bibnamedelima bibinitperiod lowercasesc
""")
DROPPED = _words("""
    noopsort SortNoop sortnoop noop label color selectlanguage begin end phantom hphantom vphantom
    hspace vspace hskip fontfamily fontseries fontencoding vskip kern pagestyle
""")
FIRST_DROPPED = _words("""
    href textcolor colorbox foreignlanguage raisebox texorpdfstring hyperref textlang rotatebox
    scalebox
""")
BLACKBOARD = str.maketrans("ABCDEFGHIKLMNOPQRSTVWXYZ1", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕍𝕎𝕏𝕐ℤ𝟙")

CONTROL_SYMBOLS = {
    **{sign: sign for sign in "&%$#_{}*"},
    **dict.fromkeys(" \n\t\r,;:>\\", " "),
    **dict.fromkeys("-/!@", ""),
    "|": "‖",
}
LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”", "`": "‘", "'": "'", "-": "-", "?`": "¿", "!`": "¡"}

SUPERSCRIPT = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzT",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ",
)
SUBSCRIPT = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
