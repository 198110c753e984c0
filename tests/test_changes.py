"""Files change all or none, keep what is theirs, and can be taken back; even when the writer is killed."""

from __future__ import annotations

import importlib
import os
import random
import re
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubcli.changes import FileChange, UndoLog, apply, diff, read_file
from pubcli.errors import ConflictError, UnreadableError

NOBODY = 65534
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes, links and signals are POSIX's")
ROOT = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to stop being root"
)


def moment() -> datetime:
    return datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> UndoLog:
    return UndoLog(tmp_path / "state", now=moment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    return made


def change(path: Path, after: bytes | None) -> FileChange:
    return FileChange(path, read_file(path), after)


def write(
    log: UndoLog | None, *changes: FileChange, command: str = "tag a -t x", library: Path | None = None
) -> None:
    assert apply(changes, log=log, command=command.split(), library=library) == []


def undo(log: UndoLog, *paths: Path) -> list[FileChange]:
    entry = log.last(paths or None)
    assert entry is not None
    changes = log.undo_changes(entry)
    assert apply(changes, log=log, command=["undo"], undoes=entry) == []
    return changes


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Reading


def test_a_missing_file_reads_as_none(tmp_path: Path) -> None:
    path = tmp_path / "none.bib"

    data = read_file(path)

    assert data is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("folder", "folder: this is a folder, not a file"),
        ("pipe", "pipe: this is a pipe, not a file"),
        ("broken", "broken: a symbolic link to gone.bib, which does not exist"),
        ("circle", "circle: cannot be read: Too many levels of symbolic links"),
        ("file/below", "file/below: cannot be read: Not a directory"),
        ("x" * 300, "x" * 300 + ": cannot be read: File name too long"),
        ("large", "large: 3 MB is more than the 2 MB that are read"),
    ],
)
@POSIX
def test_what_is_no_file_is_refused_with_its_reason(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to("gone.bib")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "large").write_bytes(bytes(3_000_000))

    with pytest.raises(UnreadableError) as caught:
        read_file(tmp_path / name, most=2_000_000)

    assert caught.value.message == f"{tmp_path}/{message}"
    assert caught.value.hint


def test_a_path_with_a_nul_character_is_refused() -> None:
    path = Path("a\0b")

    with pytest.raises(UnreadableError, match="is no path"):
        read_file(path)


# Showing


def test_a_diff_shows_edited_new_and_deleted_files(tmp_path: Path) -> None:
    before = b"".join(b"line %d\n" % number for number in range(1, 21))
    changes = [
        FileChange(
            tmp_path / "a.bib", before, before.replace(b"line 4\n", b"LINE 4\n").replace(b"line 19\n", b"")
        ),
        FileChange(tmp_path / "pages" / "new.md", None, b"one\n"),
        FileChange(tmp_path / "old.md", b"one\ntwo", None),
        FileChange(tmp_path / "same.md", b"x", b"x"),
        FileChange(tmp_path / "empty.md", None, b""),
    ]

    shown = diff(changes, relative_to=tmp_path)

    assert (
        shown
        == """\
--- a.bib
+++ a.bib
@@ -1,7 +1,7 @@
 line 1
 line 2
 line 3
-line 4
+LINE 4
 line 5
 line 6
 line 7
@@ -16,5 +16,4 @@
 line 16
 line 17
 line 18
-line 19
 line 20
--- /dev/null
+++ pages/new.md
@@ -0,0 +1 @@
+one
--- old.md
+++ /dev/null
@@ -1,2 +0,0 @@
-one
-two
--- /dev/null
+++ empty.md
"""
    )


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (b"a\r\nb\r\n", b"a\r\nc\r\n", [" a", "-b", "+c"]),
        (b"a\nb\n", b"a\r\nb\n", ["-a", "+a␍", " b"]),
        (b"a\rb\r", b"a\rc\r", [" a", "-b", "+c"]),
        (b"", b"\x1b[31m\x07red\x7f\tok", ["+␛[31m␇red\\x7f\tok"]),
        (b"", "a\u202eb\u2028c\x85".encode(), ["+a\\u202eb\\u2028c\\x85"]),
        (b"M\xfcller\n", "Müller\n".encode(), ["-Müller", "+Müller"]),
        (b"x", b"x\n", ["-x", "+x"]),
    ],
)
def test_a_diff_is_safe_and_plain_to_read(before: bytes, after: bytes, lines: list[str]) -> None:
    changes = [FileChange(Path("a"), before, after)]

    shown = diff(changes)

    assert shown.splitlines()[3:] if "\u2028" in shown else shown.split("\n")[3:-1] == lines
    assert "\u2028" not in shown


def test_a_diff_shows_a_binary_file_by_its_size() -> None:
    changes = [FileChange(Path("logo\x1b.png"), b"\x89PNG\0\0", b"\x89PNG\0")]

    shown = diff(changes)

    assert shown == "--- logo␛.png\n+++ logo␛.png\nbinary: 6 bytes before, 5 after\n"


def patched(before: list[str], shown: str) -> list[str]:
    """What `patch` would make of a diff."""
    result: list[str] = []
    at = 0
    for line in shown.split("\n")[2:-1]:
        if hunk := re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line):
            start = int(hunk[1]) - (hunk[2] != "0")
            result += before[at:start]
            at = start
            assert len(result) == int(hunk[3]) - (hunk[4] != "0")
        elif line[0] == "+":
            result.append(line[1:])
        else:
            assert before[at] == line[1:]
            at += 1
            result += [line[1:]] * (line[0] == " ")
    return result + before[at:]


lines_of_text = st.lists(st.sampled_from(["", "}", "a", "b", "c", "d", "e", "f", "g h"]), max_size=40)


@settings(deadline=None)
@given(lines_of_text, lines_of_text)
def test_a_diff_applied_to_the_old_text_gives_the_new(old: list[str], new: list[str]) -> None:
    before, after = ("".join(f"{line}\n" for line in lines).encode() for lines in (old, new))

    shown = diff([FileChange(Path("a"), before, after)])

    assert (patched(old, shown) if shown else old) == new


def large_library(entries: int) -> bytes:
    entry = (
        "@article{{key{0},\n  title = {{Paper {0} {1}}},\n  author = {{Doe, Jo}},\n  year = {{{2}}},\n}}\n\n"
    )
    return "".join(entry.format(n, "x" * 300, 1990 + n % 30) for n in range(entries)).encode()


def test_a_diff_of_many_edits_in_a_large_file_is_exact() -> None:
    before = large_library(3000)
    after = re.sub(rb"(key\d*7,\n)", rb"\1  citationcount = {1},\n", before)

    shown = diff([FileChange(Path("a"), before, after)])

    assert patched(before.decode().split("\n")[:-1], shown) == after.decode().split("\n")[:-1]
    assert shown.count("+  citationcount") == 300
    assert "\n-" not in shown.split("\n", 1)[1]


# Writing


def test_all_changes_are_written(folder: Path, log: UndoLog) -> None:
    (folder / "a.bib").write_bytes(b"one\r\n")
    (folder / "old.md").write_bytes(b"old")
    changes = [
        change(folder / "a.bib", b"two\r\n"),
        change(folder / "deep" / "er" / "new.md", b"new"),
        change(folder / "old.md", None),
    ]

    write(log, *changes)

    assert contents(folder) == {"a.bib": b"two\r\n", "deep/er/new.md": b"new"}


def test_nothing_is_touched_or_logged_when_nothing_changes(folder: Path, log: UndoLog) -> None:
    path = folder / "a.bib"
    path.write_bytes(b"one")
    inode = path.stat().st_ino

    write(log, change(path, b"one"))

    assert path.stat().st_ino == inode
    assert not log.folder.exists()


def test_changes_that_follow_each_other_become_one(folder: Path, log: UndoLog) -> None:
    path = folder / "a.md"
    path.write_bytes(b"one")

    write(log, FileChange(path, b"one", b"two"), FileChange(path, b"two", b"three"))

    assert contents(folder) == {"a.md": b"three"}
    assert undo(log) == [FileChange(path, b"three", b"one")]


def test_two_plans_for_one_file_are_refused(folder: Path, log: UndoLog) -> None:
    path = folder / "a.md"
    path.write_bytes(b"one")
    other = folder / "link.md"
    other.symlink_to(path)

    with pytest.raises(ConflictError, match=r"link\.md would be written twice"):
        write(log, FileChange(path, b"one", b"two"), FileChange(other, b"one", b"three"))

    assert path.read_bytes() == b"one"


@pytest.mark.parametrize("now", [b"changed", None])
def test_a_file_that_changed_meanwhile_stops_all(folder: Path, log: UndoLog, now: bytes | None) -> None:
    first, second = folder / "a.bib", folder / "b.md"
    first.write_bytes(b"one")
    if now is not None:
        second.write_bytes(now)

    with pytest.raises(ConflictError) as caught:
        write(log, FileChange(first, b"one", b"ONE"), FileChange(second, b"two", b"TWO"))

    assert caught.value.message == f"{second} was changed by another program meanwhile"
    assert first.read_bytes() == b"one"
    assert read_file(second) == now
    assert log.last() is None


@POSIX
def test_mode_link_and_attributes_survive(folder: Path, log: UndoLog) -> None:
    (folder / "files").mkdir()
    target = folder / "files" / "real.bib"
    target.write_bytes(b"one")
    target.chmod(0o640)
    link = folder / "library.bib"
    link.symlink_to("files/real.bib")

    write(log, change(link, b"two"))

    assert link.is_symlink()
    assert target.read_bytes() == b"two"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert contents(folder) == {"library.bib": b"two", "files/real.bib": b"two"}


@POSIX
def test_a_new_file_has_the_mode_that_any_new_file_has(folder: Path, log: UndoLog) -> None:
    (folder / "ordinary").write_bytes(b"")

    write(log, change(folder / "new.bib", b""))

    assert (folder / "new.bib").stat().st_mode == (folder / "ordinary").stat().st_mode


@ROOT
def test_the_owner_of_a_file_stays_its_owner(folder: Path, log: UndoLog) -> None:
    path = folder / "a.bib"
    path.write_bytes(b"one")
    os.chown(path, NOBODY, NOBODY)

    write(log, change(path, b"two"))

    assert (path.stat().st_uid, path.stat().st_gid) == (NOBODY, NOBODY)


@POSIX
def test_a_read_only_file_is_refused_and_not_replaced(folder: Path, log: UndoLog) -> None:
    path = folder / "a.bib"
    path.write_bytes(b"one")
    path.chmod(0o444)

    with pytest.raises(UnreadableError) as caught:
        write(log, change(folder / "b.bib", b"x"), change(path, b"two"))

    assert caught.value.message == f"{path}: is read-only"
    assert contents(folder) == {"a.bib": b"one"}


@POSIX
def test_what_stands_in_the_way_of_a_file_is_refused(folder: Path, log: UndoLog) -> None:
    (folder / "folder").mkdir()
    (folder / "file").write_bytes(b"")
    (folder / "broken").symlink_to("gone/away")

    for name in ("folder", "file/below", "broken"):
        with pytest.raises(UnreadableError, match=name):
            write(log, FileChange(folder / "a.bib", None, b"a"), FileChange(folder / name, None, b"x"))

    assert contents(folder) == {"file": b""}
    assert log.last() is None


@contextmanager
def without_rights() -> Iterator[Path]:
    """Be nobody in particular for a while, with a folder of one's own."""
    for name in ("json", "zlib", "shutil", "filelock"):  # whose files nobody may not be able to read later
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as name:
        os.chown(name, NOBODY, NOBODY)
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)
            os.setegid(0)


@ROOT
def test_a_read_only_folder_is_refused() -> None:
    with without_rights() as place:
        (place / "shut").mkdir()
        (place / "shut" / "a.bib").write_bytes(b"one")
        (place / "shut").chmod(0o500)
        log = UndoLog(place / "state", now=moment)

        with pytest.raises(UnreadableError) as caught:
            write(log, change(place / "b.bib", b"x"), change(place / "shut" / "a.bib", b"two"))

        assert caught.value.message == f"{place}/shut/a.bib: cannot be written: Permission denied"
        assert caught.value.hint == "nothing was changed; check the permissions of the file and of its folder"
        assert log.last() is None
        assert sorted(path.name for path in place.rglob("*") if path.is_file()) == ["a.bib", "lock"]
        (place / "shut").chmod(0o700)


@ROOT
def test_when_the_second_rename_fails_the_first_file_is_put_back() -> None:
    sticky = Path(tempfile.mkdtemp())
    sticky.chmod(0o1777)
    theirs = sticky / "theirs.md"
    theirs.write_bytes(b"theirs")
    theirs.chmod(0o666)
    with without_rights() as place:
        (place / "a.bib").write_bytes(b"one")
        log = UndoLog(place / "state", now=moment)

        with pytest.raises(UnreadableError) as caught:
            write(
                log, change(place / "a.bib", b"two"), change(place / "new.md", b"n"), change(theirs, b"mine")
            )

        assert caught.value.message == f"{theirs}: cannot be written: Operation not permitted"
        assert contents(place).keys() == {"a.bib", "state/lock"}
        assert (place / "a.bib").read_bytes() == b"one"
    assert contents(sticky) == {"theirs.md": b"theirs"}
    theirs.unlink()
    sticky.rmdir()


CHILD_WITHOUT_SPACE = """
import resource, sys
from pathlib import Path
from pubcli.changes import FileChange, UndoLog, apply
from pubcli.errors import UnreadableError
folder = Path(sys.argv[1])
log = UndoLog(folder.parent / "state")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
plan = [FileChange(folder / "a.bib", b"one", b"two"), FileChange(folder / "deep/b.md", None, b"x" * 200_000)]
try:
    apply(plan, log=log, command=["add"])
except UnreadableError as error:
    print(error.message.removeprefix(str(folder)))
"""


@POSIX
def test_when_space_runs_out_nothing_is_changed_and_nothing_left(folder: Path) -> None:
    (folder / "a.bib").write_bytes(b"one")

    child = subprocess.run(
        [sys.executable, "-c", CHILD_WITHOUT_SPACE, folder], capture_output=True, text=True, check=True
    )

    assert child.stdout == "/deep/b.md: cannot be written: File too large\n"
    assert contents(folder) == {"a.bib": b"one"}
    assert not (folder / "deep").exists()


# Taking back


def test_undo_takes_back_one_command_after_the_other(folder: Path, log: UndoLog) -> None:
    bib, page = folder / "a.bib", folder / "page.md"
    bib.write_bytes(b"0")
    write(log, change(bib, b"1"), change(page, b"page"), command="add x")
    write(log, change(bib, b"2"), command="tag x -t y")

    first = undo(log)
    after_first = contents(folder)
    undo(log)
    after_second = contents(folder)

    assert first == [FileChange(bib, b"2", b"1")]
    assert after_first == {"a.bib": b"1", "page.md": b"page"}
    assert after_second == {"a.bib": b"0"}
    assert log.last() is None
    assert [(entry.command, entry.undone) for entry in log.entries()] == [
        (("tag", "x", "-t", "y"), True),
        (("add", "x"), True),
    ]


def test_a_command_after_an_undo_is_taken_back_before_the_older_ones(folder: Path, log: UndoLog) -> None:
    bib = folder / "a.bib"
    for number in b"1", b"2":
        write(log, change(bib, number))
    undo(log)
    write(log, change(bib, b"3"))

    states = [undo(log) and read_file(bib) for _ in range(2)]

    assert states == [b"1", None]
    assert log.last() is None


def test_a_record_says_what_when_and_where(folder: Path, log: UndoLog) -> None:
    bib = folder / "a.bib"
    bib.write_bytes(b"\xff\x00 one, two, three")

    write(log, change(bib, b"\xff\x00 one, 2, three"), command="set x title=y", library=bib)

    (entry,) = log.entries([bib])
    assert (entry.time, entry.command, entry.library) == (moment(), ("set", "x", "title=y"), bib)
    assert (entry.paths, entry.undone) == ((bib,), False)
    assert log.changes(entry) == [FileChange(bib, b"\xff\x00 one, two, three", b"\xff\x00 one, 2, three")]


def test_each_library_has_its_own_last_command(folder: Path, log: UndoLog) -> None:
    mine, yours, page = folder / "mine.bib", folder / "yours.bib", folder / "page.md"
    write(log, change(mine, b"m"), command="add m", library=mine)
    write(log, change(page, b"p"), command="update", library=mine)
    write(log, change(yours, b"y"), command="add y", library=yours)
    link = folder / "link.bib"
    link.symlink_to(mine)

    found = {
        path.name: [entry.command[0] for entry in log.entries([path])] for path in (mine, yours, page, link)
    }

    assert found == {
        "mine.bib": ["update", "add"],
        "yours.bib": ["add"],
        "page.md": ["update"],
        "link.bib": ["update", "add"],
    }


def test_undo_refuses_when_a_file_was_changed_outside(folder: Path, log: UndoLog) -> None:
    bib, page = folder / "a.bib", folder / "page.md"
    bib.write_bytes(b"one\n")
    write(log, change(bib, b"two\n"), change(page, b"p\n"))
    page.write_bytes(b"p\nmine\n")

    with pytest.raises(ConflictError) as caught:
        undo(log)

    assert (
        caught.value.message
        == f"{page} was changed outside pubcli since, so the command cannot be taken back"
    )
    assert caught.value.detail == f"--- {page}\n+++ {page}\n@@ -1 +1,2 @@\n p\n+mine\n"
    assert contents(folder) == {"a.bib": b"two\n", "page.md": b"p\nmine\n"}


def test_a_file_put_back_by_hand_is_no_obstacle_to_undo(folder: Path, log: UndoLog) -> None:
    bib, page = folder / "a.bib", folder / "page.md"
    bib.write_bytes(b"one")
    write(log, change(bib, b"two"), change(page, b"p"))
    bib.write_bytes(b"one")

    changes = undo(log)

    assert changes == [FileChange(page, b"p", None)]
    assert contents(folder) == {"a.bib": b"one"}


def test_a_command_put_back_by_hand_altogether_can_be_passed_over(folder: Path, log: UndoLog) -> None:
    bib = folder / "a.bib"
    write(log, change(bib, b"1"))
    write(log, change(bib, b"2"))
    bib.write_bytes(b"1")

    changes = [undo(log), undo(log)]

    assert changes == [[], [FileChange(bib, b"1", None)]]


def test_a_damaged_record_is_passed_over(folder: Path, log: UndoLog) -> None:
    bib = folder / "a.bib"
    for number in range(6):
        write(log, change(bib, b"%d" % number), command=f"tag {number}")
    records = sorted(log.folder.glob("*.done"))
    for record, text in zip(
        records, [b"", b"{}", b"[1]\n", b'{"time": 1}\n', records[4].read_bytes()[:-1]], strict=False
    ):
        record.write_bytes(text)
    (log.folder / "notes.done").write_bytes(b"x")

    found = [entry.command for entry in log.entries()]

    assert found == [("tag", "5")]


def test_damage_inside_a_record_is_an_error_and_changes_nothing(folder: Path, log: UndoLog) -> None:
    bib = folder / "a.bib"
    write(log, change(bib, b"text"))
    (record,) = log.folder.glob("*.done")
    record.write_bytes(record.read_bytes()[:-4] + b"abcd")

    with pytest.raises(UnreadableError, match="gone or damaged"):
        undo(log)

    assert contents(folder) == {"a.bib": b"text"}


def test_old_records_make_room_by_count_and_by_size(folder: Path, tmp_path: Path) -> None:
    noise = random.Random(7).randbytes
    few = UndoLog(tmp_path / "few", now=moment, most_entries=3)
    small = UndoLog(tmp_path / "small", now=moment, most_bytes=25_000)
    bib = folder / "a.bib"

    for number in range(5):
        write(few, change(bib, b"%d" % number), command=f"tag {number}")
        write(small, change(bib, noise(10_000)), command=f"set {number}")
    write(small, change(bib, noise(90_000)), command="set all")

    assert [entry.command[1] for entry in few.entries()] == ["4", "3", "2"]
    assert [entry.command[1] for entry in small.entries()] == ["all"]


@POSIX
def test_the_undo_log_is_for_its_owner_only(folder: Path, log: UndoLog) -> None:
    write(log, change(folder / "a.bib", b"x"))

    modes = {stat.S_IMODE(path.stat().st_mode) for path in log.folder.glob("*.done")}

    assert stat.S_IMODE(log.folder.stat().st_mode) == 0o700
    assert modes == {0o600}


def test_an_unwritable_state_folder_warns_and_the_change_is_made(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"in the way")
    log = UndoLog(tmp_path / "state", now=moment)

    warnings = apply([change(folder / "a.bib", b"x")], log=log, command=["add"])

    assert warnings == [f"this cannot be undone: {tmp_path}/state cannot be written (File exists)"]
    assert contents(folder) == {"a.bib": b"x"}


def test_state_is_kept_in_the_state_folder_of_the_platform(folder: Path, home: Path) -> None:
    write(UndoLog(now=moment), change(folder / "a.bib", b"x"))

    kept = [path.suffix for path in home.rglob("*-*")]

    assert kept == [".done"]
    assert contents(folder) == {"a.bib": b"x"}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.binary(max_size=60) | st.none(), min_size=2, max_size=8),
    st.binary(max_size=20),
)
def test_taking_everything_back_gives_every_earlier_state(states: list[bytes | None], frame: bytes) -> None:
    framed = [state if state is None else frame + state + frame for state in states]
    steps = [framed[0], *(new for old, new in pairwise(framed) if old != new)]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.bib"
        log = UndoLog(Path(name) / "state", now=moment)
        write(None, FileChange(path, None, steps[0]))
        for step in steps[1:]:
            write(log, change(path, step))

        back = [read_file(path)] + [undo(log) and read_file(path) for _ in steps[1:]]

    assert back == steps[::-1]


# More than one process


CHILD_THAT_ADDS = """
import sys
from pathlib import Path
from pubcli.changes import FileChange, UndoLog, apply, read_file
from pubcli.errors import ConflictError
path, who = Path(sys.argv[1]), sys.argv[2]
log = UndoLog(path.parent.parent / "state")
written = 0
while written < 25:
    before = read_file(path) or b""
    after = before + f"{who} {written}\\n".encode()
    try:
        apply([FileChange(path, before, after)], log=log, command=["add", who])
    except ConflictError:
        continue
    written += 1
"""


def test_two_processes_writing_at_once_lose_nothing(folder: Path, log: UndoLog) -> None:
    path = folder / "a.bib"
    path.write_bytes(b"")
    children = [subprocess.Popen([sys.executable, "-c", CHILD_THAT_ADDS, path, who]) for who in "ab"]

    codes = [child.wait(timeout=60) for child in children]

    assert codes == [0, 0]
    lines = path.read_text().splitlines()
    for who in "ab":
        assert [line for line in lines if line.startswith(who)] == [f"{who} {number}" for number in range(25)]
    assert len(lines) == len(list(log.entries())) == 50


def test_a_lock_held_too_long_is_a_conflict(folder: Path, log: UndoLog) -> None:
    from filelock import FileLock

    log.folder.mkdir()
    with (
        FileLock(log.folder / "lock"),
        pytest.raises(ConflictError, match="another pubcli command is writing"),
    ):
        apply([change(folder / "a.bib", b"x")], log=log, command=["add"], patience=0.1)

    assert contents(folder) == {}


CHILD_TO_KILL = """
import sys
from pathlib import Path
from pubcli.changes import FileChange, UndoLog, apply, read_file
folder = Path(sys.argv[1])
plan = [FileChange(path, read_file(path), b"after" + bytes(50_000)) for path in sorted(folder.iterdir())]
plan.append(FileChange(folder / "new.md", None, b"new"))
apply(plan, log=UndoLog(folder.parent / "state"), command=["lint", "--fix"])
"""

CHILD_THAT_UNDOES = """
import sys
from pathlib import Path
from pubcli.changes import UndoLog, apply
log = UndoLog(Path(sys.argv[1]).parent / "state")
entry = log.last()
apply(log.undo_changes(entry), log=log, command=["undo"], undoes=entry)
"""


def many_files(folder: Path) -> dict[str, bytes]:
    """Enough files for a writer to be caught at work."""
    folder.mkdir(parents=True)
    before = {f"{name:03}.md": b"before" + bytes(40_000) + b"%d" % name for name in range(120)}
    for name, data in before.items():
        (folder / name).write_bytes(data)
    return before


def kill_at_work(code: str, folder: Path, *, delay: float, rename: bool) -> bool:
    """Run a child and kill it after its work began, or after its first rename; whether that cut it in two."""
    ends = [folder / "000.md", folder / "119.md"]
    inodes = [path.stat().st_ino for path in ends]
    UndoLog(folder.parent / "state").clear_up()
    child = subprocess.Popen([sys.executable, "-c", code, folder])
    while child.poll() is None and not list(folder.parent.glob("state/*.begun")):
        time.sleep(0.001)
    while rename and child.poll() is None and [path.stat().st_ino for path in ends] == inodes:
        time.sleep(0.0005)
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    child.wait()
    return len({data[:6] for data in contents(folder).values()}) > 1


@POSIX
@pytest.mark.parametrize("rename", [False, True], ids=["at any moment", "between renames"])
def test_a_killed_command_or_undo_can_be_taken_back(tmp_path: Path, long: bool, rename: bool) -> None:
    delays = random.Random(3)
    cut = 0
    for number in range(30 if long else 4):
        folder = tmp_path / str(number) / "work"
        before = many_files(folder)
        log = UndoLog(folder.parent / "state", now=moment)
        for code in (CHILD_TO_KILL, CHILD_THAT_UNDOES):
            delay = delays.random() * (0.002 if rename else 0.05)
            cut += kill_at_work(code, folder, delay=delay, rename=rename)

        if log.last() is not None:
            undo(log)

        assert contents(folder) == before
        assert [path.name for path in folder.iterdir() if path.name not in before] == []
    print(f"{cut} children were killed between two renames")


@POSIX
def test_temporary_files_of_a_killed_command_go_with_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    many_files(folder)
    kill_at_work(CHILD_TO_KILL, folder, delay=0.01, rename=False)
    log = UndoLog(tmp_path / "state", now=moment)

    write(log, change(tmp_path / "other.bib", b"x"))

    assert list(folder.glob(".pubcli-*")) == []
    assert list(log.folder.glob("*.begun")) == []


@POSIX
def test_an_interrupted_command_leaves_everything_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    before = many_files(folder)
    log = UndoLog(tmp_path / "state", now=moment)
    child = subprocess.Popen([sys.executable, "-c", CHILD_TO_KILL, folder], stderr=subprocess.DEVNULL)
    while child.poll() is None and not list(log.folder.glob("*.begun")):
        time.sleep(0.001)
    time.sleep(0.02)

    child.send_signal(signal.SIGINT)
    code = child.wait(timeout=30)

    if code != 0:
        assert contents(folder) == before
        assert log.last() is None
