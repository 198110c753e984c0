from __future__ import annotations

import tomllib
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubcli.config import (
    KEYS,
    PAGE_KEYS,
    Page,
    explain,
    find_config,
    is_region_name,
    new_config_text,
    parse_config,
    parse_scholar,
    read_config,
    user_config_path,
    with_page,
)
from pubcli.errors import ConflictError, NotFoundError, UnreadableError, UsageError

FULL = """\
# kept as it is
library   =   "bib/mine.bib"
me = ["Ada Sample", "A. Sample"]
scholar = "https://scholar.google.com/citations?hl=en&user=AbCdEf123_-J&view_op=list_works"
template = '''
* {title}
  {authors}
'''
sort = "-year, title"
max_authors = 4
heading = "### Papers"
profile_link = "[more]({url})"
page_tags = ["Parsing"]
citations_in_bib = false
mailto = "ada@example.org"
encoding = "latin-1"

[[page]]
path = "site/about.md"

[[page]]
path = "cv.tex"
region = "recent"
query = "year:2020.."
template = "tex-item"
sort = "file"
group = "year"
max_authors = 3
limit = 5
profile_link = false
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    write(tmp_path / "pubcli.toml", FULL)

    config = read_config(start=tmp_path)

    assert config.library == tmp_path / "bib" / "mine.bib"
    assert config.me == ("Ada Sample", "A. Sample")
    assert config.scholar == "AbCdEf123_-J"
    assert config.profile_url == "https://scholar.google.com/citations?user=AbCdEf123_-J"
    assert config.template == "* {title}\n  {authors}\n"
    assert (config.sort, config.max_authors, config.heading) == ("-year, title", 4, "### Papers")
    assert (config.page_tags, config.citations_in_bib) == (("Parsing",), False)
    assert (config.mailto, config.encoding) == ("ada@example.org", "latin-1")
    assert config.pages == (
        Page(
            tmp_path / "site" / "about.md",
            query="selected",
            template="* {title}\n  {authors}\n",
            sort="-year, title",
            max_authors=4,
            profile_link="[more]({url})",
        ),
        Page(
            tmp_path / "cv.tex",
            region="recent",
            query="year:2020..",
            template="tex-item",
            sort="file",
            group="year",
            max_authors=3,
            limit=5,
            profile_link=False,
        ),
    )


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    config = read_config(start=tmp_path)

    assert config.path is None
    assert config.library == tmp_path / "library.bib"
    assert (config.me, config.template, config.sort, config.max_authors) == ((), "academicpages", "year", 10)
    assert {setting.origin for setting in explain(config)} == {"default"}


def test_the_nearest_file_upwards_is_used(tmp_path: Path) -> None:
    write(tmp_path / "pubcli.toml", 'me = "Outer"')
    inner = write(tmp_path / "a" / "pubcli.toml", 'me = "Inner"')
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)

    config = read_config(start=deep)

    assert config.me == ("Inner",)
    assert config.path == inner == find_config(deep)
    assert config.library == tmp_path / "a" / "library.bib"


def test_pubcli_toml_wins_over_pyproject_in_the_same_folder(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.pubcli]\nme = "From pyproject"')
    write(tmp_path / "pubcli.toml", 'me = "From pubcli"')

    config = read_config(start=tmp_path)

    assert config.me == ("From pubcli",)


def test_a_pyproject_without_our_table_is_passed_by(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.pubcli]\nme = "Outer"\n[[tool.pubcli.page]]\npath = "a.md"\n')
    write(tmp_path / "in" / "pyproject.toml", '[project]\ndependencies = ["pubcli"]\n')

    config = read_config(start=tmp_path / "in")

    assert config.me == ("Outer",)
    assert config.pages[0].path == tmp_path / "a.md"
    assert config.page_table == "tool.pubcli.page"


def test_a_pyproject_of_others_is_not_even_parsed(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[project\nbroken")

    config = read_config(start=tmp_path)

    assert config.path is None


def test_user_wide_defaults_fill_what_the_project_leaves_open(tmp_path: Path, home: Path) -> None:
    user = write(user_config_path(), 'me = "Ada Sample"\nmailto = "ada@example.org"\nlibrary = "~/all.bib"\n')
    own = write(tmp_path / "pubcli.toml", 'mailto = "other@example.org"')

    config = read_config(start=tmp_path)

    assert (config.me, config.mailto) == (("Ada Sample",), "other@example.org")
    assert config.library == home / "all.bib"
    origins = {setting.key: setting.origin for setting in explain(config)}
    assert (origins["me"], origins["mailto"], origins["sort"]) == (str(user), str(own), "default")


@pytest.mark.parametrize("text", ['sort = "file"', '[[page]]\npath = "a.md"', 'template = "card"'])
def test_what_shapes_a_page_is_not_user_wide(tmp_path: Path, text: str) -> None:
    write(user_config_path(), text)

    with pytest.raises(UnreadableError, match=r"config\.toml:1: key '(sort|page|template)' (cannot|belongs)"):
        read_config(start=tmp_path)


def test_a_named_file_is_used_wherever_one_is(tmp_path: Path) -> None:
    named = write(tmp_path / "elsewhere" / "mine.toml", 'library = "x.bib"')

    config = read_config(named, start=tmp_path)

    assert config.library == tmp_path / "elsewhere" / "x.bib"


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[project]\n")

    for name in ("none.toml", "pyproject.toml", "."):
        with pytest.raises(NotFoundError):
            read_config(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("x = 1\nlibary = 'a'", ":1: key 'x' is unknown", "known: library, me,"),
        ("\nlibary = 'a'", ":2: key 'libary' is unknown", "did you mean 'library'?"),
        ("query = 'a'", ":1: key 'query' is unknown", "'query' belongs into a [[page]]"),
        ("[tool.pubcli]\nme = 'a'", ":1: key 'tool' is unknown", "here the keys stand at the top"),
        ("[[pages]]\npath = 'a'", ":1: key 'pages' is unknown", "did you mean 'page'"),
        ("[page]\npath = 'a'", ":1: key 'page' must be written with two brackets: [[page]]", ""),
        ("[[page]]\nregion = 'a'", ":1: key 'page' lacks its path", 'as in: path = "about.md"'),
        ("[[page]]\npath='a'\n[[page]]\npath='b'\nme='x'", ":5: key 'me' is unknown in a", "goes before the"),
        ("[[page]]\npath='a'\n[[page]]\npath='./a'", ":3: key 'page' names 'selected' of", ""),
        ("[[page]]\npath='a'\nlimt=1", ":3: key 'limt' is unknown in a [[page]]", "did you mean 'limit'?"),
        ("max_authors = 0", ":1: key 'max_authors' must be 1 or more, not 0", ""),
        ("max_authors = true", ":1: key 'max_authors' must be a whole number, not true or false", ""),
        ("max_authors = 'ten'", ":1: key 'max_authors' must be a whole number, not text", ""),
        ("me = [1]", ":1: key 'me' must be text in quotes, not a number", ""),
        ("me = ['']", ":1: key 'me' must not be empty", ""),
        ('library = "a\\u0000b"', ":1: key 'library' must not contain control characters", ""),
        ("library = ''", ":1: key 'library' must not be empty", ""),
        ("citations_in_bib = 'yes'", ":1: key 'citations_in_bib' must be true or false, not text", ""),
        ("sort = 'yaer'", ":1: key 'sort' must be one of year, file, title,", "did you mean 'year'?"),
        ("sort = 'year,,key'", ":1: key 'sort' must be one of", ""),
        ("[[page]]\npath='a'\ngroup='tags'", ":3: key 'group' must be one of", "did you mean 'tag'?"),
        ("[[page]]\npath='a'\nregion='a--b'", ":3: key 'region' must be letters", ""),
        ("encoding = 'utf-9000'", ":1: key 'encoding' must be an encoding that Python knows", ""),
        ("encoding = 'base64'", ":1: key 'encoding' must be an encoding that Python knows", ""),
        ("mailto = 'nobody'", ":1: key 'mailto' must be a mail address, not 'nobody'", ""),
        ("scholar = 'not an id'", ":1: key 'scholar' must be a Google Scholar user id", "behind user="),
        ("heading = 2020-01-01", ":1: key 'heading' must be text in quotes, not a date or time", ""),
        (
            "profile_link = true",
            ":1: key 'profile_link' needs the key 'scholar'",
            'add: scholar = "my user id"',
        ),
        ("me = 'a'\nme = 'b'", ":2: Cannot overwrite a value", "text goes in quotes"),
        ("library = mine.bib", ":1: Invalid value", "text goes in quotes"),
        ("me = 'a", ":1: ", "text goes in quotes"),
        ("a = " + "[" * 5000, ": nested too deeply", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, message: str, hint: str) -> None:
    path = write(tmp_path / "pubcli.toml", text)

    with pytest.raises(UnreadableError) as caught:
        read_config(start=tmp_path)

    assert caught.value.message.startswith(f"{path}{message}")
    assert hint in caught.value.hint


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "pubcli.toml"

    path.write_bytes(b"me = 'a'\nheading = '\xff'")
    with pytest.raises(UnreadableError, match=r":2: not UTF-8"):
        read_config(start=tmp_path)

    path.unlink()
    path.symlink_to(tmp_path / "gone")
    with pytest.raises(UnreadableError, match="No such file"):
        read_config(start=tmp_path)


def test_a_folder_of_the_files_name_and_a_byte_order_mark_are_no_obstacle(tmp_path: Path) -> None:
    write(tmp_path / "pubcli.toml", '\ufeffme = "Ada"\r\n')
    (tmp_path / "in" / "pubcli.toml").mkdir(parents=True)

    config = read_config(start=tmp_path / "in")

    assert config.me == ("Ada",)


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("AbCdEf123_-J", "AbCdEf123_-J"),
        ("https://scholar.google.de/citations?user=AbCdEf123_-J&hl=de", "AbCdEf123_-J"),
        ("scholar.google.com/citations?hl=en&user=AbCdEf123_-J#d=gs", "AbCdEf123_-J"),
        ("", ""),
    ],
)
def test_a_profile_address_is_as_good_as_the_id(text: str, user: str) -> None:
    assert parse_scholar(text) == user


def test_a_text_that_is_no_profile_is_refused() -> None:
    with pytest.raises(UsageError):
        parse_scholar("https://example.org/me")


def test_region_names_fit_into_a_comment() -> None:
    names = ("selected", "journal-papers", "v1.2", "论文", "a--b", "-a", "a-", "a b", "", "a>")

    accepted = [name for name in names if is_region_name(name)]

    assert accepted == ["selected", "journal-papers", "v1.2", "论文"]


def test_a_page_is_found_by_its_path_however_written(tmp_path: Path) -> None:
    config = parse_config('[[page]]\npath = "./site/../about.md"\n', tmp_path / "pubcli.toml")

    pages = config.pages_of(tmp_path / "about.md")

    assert pages == config.pages


def test_a_query_left_empty_on_purpose_shows_everything(tmp_path: Path) -> None:
    text = '[[page]]\npath = "a"\nquery = ""\n[[page]]\npath = "b"\nregion = "all"\n[[page]]\npath = "c"\n'

    config = parse_config(text, tmp_path / "pubcli.toml")

    assert [page.query for page in config.pages] == ["", "", "selected"]


def test_explain_shows_every_key_and_page(tmp_path: Path) -> None:
    config = parse_config('me = "Ada"\n[[page]]\npath = "a.md"\nlimit = 3\n', tmp_path / "pubcli.toml")

    rows = {setting.key: setting for setting in explain(config)}

    assert list(rows) == [*KEYS, *(f"page[1].{name}" for name in PAGE_KEYS)]
    assert rows["library"].value == '"library.bib"'
    assert (rows["me"].value, rows["me"].origin) == (
        '["Ada"]',
        str(tmp_path / "pubcli.toml"),
    )
    assert (rows["max_authors"].value, rows["max_authors"].origin) == ("10", "default")
    assert (rows["page_tags"].value, rows["citations_in_bib"].value) == ("", "true")
    assert (rows["page[1].path"].value, rows["page[1].limit"].value) == ('"a.md"', "3")
    assert all(setting.meaning for setting in rows.values())


def test_a_new_file_says_what_its_keys_mean() -> None:
    text = new_config_text({"scholar": "AbCdEf123_-J", "me": ["Ada Sample"], "library": "library.bib"})

    assert text == (
        "# Settings of pubcli. `pubcli config` shows every key, its value and its meaning.\n\n"
        "# The .bib file with my publications.\n"
        'library = "library.bib"\n\n'
        "# The names I publish under; a group may list its members.\n"
        'me = ["Ada Sample"]\n\n'
        "# My Google Scholar user id, or the address of my profile.\n"
        'scholar = "AbCdEf123_-J"\n'
    )


def test_a_new_file_is_checked_before_anyone_writes_it() -> None:
    with pytest.raises(UnreadableError, match="key 'mailto' must be a mail address"):
        new_config_text({"mailto": "nobody"})


PAGE = Page(Path("site/about.md"), template='- "{title}" \\textbf{x}', profile_link=False)


def test_a_page_is_appended_as_text() -> None:
    text = "# mine\nme   = 'Ada'   # aligned\n"

    after = with_page(text, PAGE)

    assert after == (
        f'{text}\n[[page]]\npath = "site/about.md"\nregion = "selected"\n'
        "template = '- \"{title}\" \\textbf{x}'\nprofile_link = false\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[[page]]\npath = "a.md"\nregion = "selected"\n'),
        ("me = 'A'", 'me = \'A\'\n\n[[page]]\npath = "a.md"\nregion = "selected"'),
        ("me = 'A'\r\n", 'me = \'A\'\r\n\r\n[[page]]\r\npath = "a.md"\r\nregion = "selected"\r\n'),
        ("\ufeffme = 'A'\n", '\ufeffme = \'A\'\n\n[[page]]\npath = "a.md"\nregion = "selected"\n'),
    ],
)
def test_line_ends_survive_a_new_page(before: str, after: str) -> None:
    assert with_page(before, Page(Path("a.md"))) == after


def test_a_page_goes_into_a_pyproject_too(tmp_path: Path) -> None:
    text = "[tool.pubcli]\nme = 'A'\n\n[tool.other]\nx = 1\n"

    after = with_page(text, Page(tmp_path / "a.md", limit=2), table="tool.pubcli.page", folder=tmp_path)

    assert after == text + '\n[[tool.pubcli.page]]\npath = "a.md"\nregion = "selected"\nlimit = 2\n'
    assert parse_config(after, tmp_path / "pyproject.toml").pages[0].limit == 2


def test_adding_a_page_twice_equals_once(tmp_path: Path) -> None:
    once = with_page("me = 'A'\n", PAGE, folder=tmp_path)

    twice = with_page(once, Page(tmp_path / "site" / "about.md", limit=3), folder=tmp_path)

    assert twice == once


def test_pages_written_inline_are_not_appended_to() -> None:
    with pytest.raises(ConflictError, match="cannot be appended"):
        with_page('page = [{path = "a.md"}]\n', PAGE)


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip), st.sampled_from(["\n", "\r\n"]))
def test_any_template_comes_back_as_it_went_in(template: str, end: str) -> None:
    after = with_page(f"me = 'A'{end}", Page(Path("a.md"), template=template))

    assert tomllib.loads(after)["page"] == [{"path": "a.md", "region": "selected", "template": template}]


@pytest.mark.parametrize("folder", ["", " ", "/somewhere/else"])
def test_the_folder_for_all_projects_is_the_platforms_own(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", folder)

    assert user_config_path() == platformdirs.user_config_path("pubcli", appauthor=False) / "config.toml"
