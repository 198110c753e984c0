"""The words home pages use in headings: for publications, for kinds of them, and for everything else.

To teach it a language, add the language's words to each table. Words are compared folded (`str.casefold`).
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache


class Topic(IntEnum):
    """What a heading's words announce; the greater, the surer it is about publications."""

    OTHER = 0
    UNKNOWN = 1
    REST = 2  # "Others", "Highlights": about whatever the heading before it was
    YEAR = 3
    WORK = 4  # "Research", "Selected work": publications, if what follows looks like them
    TYPED = 5  # "Journal articles", "Preprints"
    PUBLICATIONS = 6


# Patterns are verbose: white space does not count, `[ ]` is a space.
_PUBLICATIONS = r"""
    publications?\b | \bpapers?\b | \bpubs?\b | bibliograph | selected[ ]articles
  | publikation | veröffentlichung | publicaci[oó]n | pubblicazion | publicaç | publicac[oõ]es | publicatie
  | publikace | publikacj | julkaisu | yayın | публикаци | статьи | научные[ ]труды | публікаці | δημοσι
  | 论文 | 論文 | 发表 | 發表 | 论著 | 論著 | 著作 | 学术成果 | 學術成果 | 研究成果 | 科研成果 | 出版
  | 業績 | 논문 | 출판 | 연구[ ]?성과
"""
_TYPED = r"""
    \b(?: journals? | conferences? | workshops? | proceedings | symposi(?:um|a) | pre-?prints? | articles?
      | chapters? | books? | monographs? | manuscripts? | tech(?:nical)?[ ]reports? | thes[ie]s
      | dissertations?
      | arxiv | under[ ]review | in[ ]submission | submitted | in[ ]press | forthcoming | working[ ]drafts?
      | peer[- ]reviewed | refereed | works?[ ]in[ ]progress
      | under[ ]submission | edited[ ]volumes? | essays? | reports? | posters? | demos? | abstracts?
      | surveys?
      | zeitschrift\w* | konferenz\w* | buchkapitel | artikel | aufsätze | bücher
      | revistas? | artículos? | conferencias? | congresos? | capítulos? | libros? | artigos? | anais
      | livros?
      | revues? | conférences? | actes | chapitres? | articoli | riviste | atti | capitoli )\b
  | 期刊 | 会议 | 會議 | 预印本 | 預印本 | 国際会議 | 国内会議 | ジャーナル | 雑誌 | 저널 | 학회
  | 학술지 | 第一作者 | 在审 | 投稿
"""
_WORK = r"""
    (?: (?:my|our|selected|recent|current|representative|featured|main|latest|past|research)[ ] )*
    (?: research(?:[ ](?:outputs?|works?|highlights|projects))? | works? | scholarship | outputs?
    | contributions
      | forschung | investigación | pesquisa | ricerca | recherches?
      | 研究 | 科研 | 研究工作 | 代表作 | 代表性工作 | 代表性成果 | 代表成果 | 연구 )
"""
_REST = r"""
    (?: (?:some|all|the|my|selected|full)[ ] )*
    (?: others? | misc\w* | more | highlights? | earlier | older | previous | featured | selected | recent
      | accepted | published | first[- ]author\w* | co-?author\w* | weitere | sonstiges | otros | outros
      | autres | altri )\b.*
  | (?: 其他 | 其它 | 更多 | 精选 | 代表作 | その他 | 기타 ).*
"""
_OTHER = r"""
    \bservices?\b | (?<!under[ ])\breview(?:er|ers|ing|s)?\b(?![ ](?:papers?|articles?)) | organi[sz]
    | committee
  | editor | \bchair | \btalks?\b | teaching | awards?\b | honou?rs?\b | grants?\b | fellowship
  | scholarships\b
  | experience | education | interests?\b | \bgroup\b | \bnews\b | patents?\b | software | datasets?\b
  | \bcodes?\b
  | projects?\b | students?\b | supervis | \bmedia\b | (?<!in[ ])\bpress\b | activit | attend | travel
  | \bblogs?\b
  | reading | statement | skills?\b | contact | \babout\b | \bcv\b | internship | employment | professional
  | membership | presentations?\b | tutorials?\b | courses?\b | \bgallery | visitor | \blinks?\b
  | \bopening | \bjoin
  | lehre | vorträge | ausbildung | lebenslauf | auszeichnung | enseignement | formation | exposés | docencia
  | educación | premios | charlas | ensino | formação | didattica | образование | преподавание | награды
  | 服务 | 審稿 | 审稿 | 经历 | 經歷 | 兴趣 | 方向 | 奖 | 獎 | 项目 | 專案 | 专利 | 教学 | 新闻 | 动态
  | 参会 | 报告 | 关于 | 联系
  | 教育 | 技能 | 比赛 | 竞赛 | 软件 | 受賞 | 講演 | 学歴 | 職歴 | 수상 | 학력 | 경력
"""
_JOINED = r"[&/,] | \b(?:and|und|et|y|e|и)\b | 与 | 和 | 及 | ・"
_YEAR_WORDS = frozenset(
    [
        "in",
        "year",
        "to",
        "and",
        "before",
        "until",
        "prior",
        "older",
        "earlier",
        "now",
        "bis",
        "avant",
        "年",
        "以前",
    ]
)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """The tables, compiled when first asked for."""
    tables = {
        "publications": _PUBLICATIONS,
        "typed": _TYPED,
        "work": _WORK,
        "rest": _REST,
        "other": _OTHER,
        "joined": _JOINED,
    }
    return {name: re.compile(table, re.VERBOSE) for name, table in tables.items()}


def topic_of(words: str) -> Topic:
    """What a heading with these plain words announces."""
    words = " ".join(re.sub(r"[^\w\s/&()~–—,-]+", " ", words.casefold()[:200]).split())
    if _is_year(words):
        return Topic.YEAR
    bare = " ".join(re.findall(r"\w[\w/&-]*", words))
    patterns = _patterns()
    publications, other = patterns["publications"].search(words), patterns["other"].search(words)
    if publications and not (
        other and other.start() > publications.start() and not patterns["joined"].search(words)
    ):
        return Topic.PUBLICATIONS
    if other or len(words.split()) > 12:
        return Topic.OTHER
    if patterns["typed"].search(words):
        return Topic.TYPED
    if patterns["work"].fullmatch(bare):
        return Topic.WORK
    return Topic.REST if patterns["rest"].fullmatch(bare) else Topic.UNKNOWN


def _is_year(words: str) -> bool:
    """Whether the words are a year or a span of years, with a count at most: 2016 and before, 2019 (4)."""
    tokens = re.findall(r"\d+|[^\W\d]+", words)
    years = [token for token in tokens if re.fullmatch(r"(?:19|20)\d\d", token)]
    return (
        bool(years)
        and len(tokens) <= 5
        and all(token in _YEAR_WORDS or token in years or len(token) <= 2 for token in tokens)
    )
