"""The one way to change files: planned as values, shown as a diff, written all or none, and taken back.

Knows bytes, paths and the platform's state folder. Knows no file format, and not why anything changes.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pubcli.difference import hunks, shared_end, shared_start
from pubcli.errors import ConflictError, UnreadableError
from pubcli.visible import visible, visible_line

if TYPE_CHECKING:
    from datetime import datetime

MOST_BYTES = 256_000_000
_TEMP = ".pubcli-"


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a file holds now and what it shall hold; None: there is no such file."""

    path: Path
    before: bytes | None
    after: bytes | None

    @property
    def is_one(self) -> bool:
        """Whether anything would differ."""
        return self.before != self.after


# Reading


def read_file(path: Path, *, most: int = MOST_BYTES) -> bytes | None:
    """The bytes of a file, or None if there is none; UnreadableError for what is no file, or too large."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(f"{path}: this is {_kind(status.st_mode)}, not a file", hint="name a file")
        if status.st_size > most:
            size, limit = (f"{number / 1e6:,.0f} MB" for number in (status.st_size, most))
            raise UnreadableError(
                f"{path}: {size} is more than the {limit} that are read", hint="is it the right file?"
            )
        return path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            raise UnreadableError(
                f"{path}: a symbolic link to {path.readlink()}, which does not exist",
                hint="mend or remove the link",
            ) from None
        return None
    except OSError as error:
        raise UnreadableError(
            f"{path}: cannot be read: {_reason(error)}", hint=_next_step(error, "read")
        ) from error
    except ValueError as error:  # a NUL character in the path
        raise UnreadableError(f"{str(path)!r} is no path: {error}", hint="check the path") from None


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__


def _next_step(error: OSError, verb: str) -> str:
    steps = {
        errno.ENOSPC: "free some space on that disk",
        errno.EDQUOT: "free some of your quota on that disk",
        errno.EROFS: "the disk is mounted read-only",
        errno.ELOOP: "its symbolic links run in a circle",
        errno.ENOTDIR: "a part of this path is a file, not a folder",
        errno.EEXIST: "a part of this path is a file, not a folder",
        errno.ENAMETOOLONG: "choose a shorter name",
        errno.EBUSY: "another program holds it",
    }
    denied = {"read": "check its permissions", "write": "check the permissions of the file and of its folder"}
    return steps.get(error.errno or 0, denied[verb] if isinstance(error, PermissionError) else "")


# Showing


def diff(changes: Iterable[FileChange], *, relative_to: Path | None = None) -> str:
    """A unified diff for reading: line ends folded where they agree, control characters made visible."""
    return "".join(_diff_of_one(change, relative_to) for change in changes if change.is_one)


def _diff_of_one(change: FileChange, relative_to: Path | None) -> str:
    path = change.path
    if relative_to is not None and path.is_relative_to(relative_to):
        path = path.relative_to(relative_to)
    shown = visible(path.as_posix())
    head = "".join(
        f"{sign} {shown if data is not None else '/dev/null'}\n"
        for sign, data in (("---", change.before), ("+++", change.after))
    )
    before, after = change.before or b"", change.after or b""
    if b"\0" in before or b"\0" in after:
        return f"{head}binary: {len(before)} bytes before, {len(after)} after\n"
    return head + "".join(f"{visible_line(line)}\n" for line in hunks(before, after))


# Writing


def apply(
    changes: Iterable[FileChange],
    *,
    log: UndoLog | None,
    command: Sequence[str],
    library: Path | None = None,
    undoes: LogEntry | None = None,
    patience: float = 10.0,
) -> list[str]:
    """Write every change that is one, or none if any file moved on meanwhile; returns warnings to show.

    `undoes` is the command that these changes take back: it is marked so, and nothing new is logged. Waits up
    to `patience` seconds for another pubcli. ConflictError: a file is no longer what `before` says, or the
    wait was too short. UnreadableError: a file cannot be written; then all are as they were.
    """
    plan = _plan(changes)
    if not plan and undoes is None:
        return []
    warnings: list[str] = []
    with _lock(log.folder if log else state_folder() / "undo", patience):
        if log:
            log.clear_up()
        for change in plan:
            _check(change)
        name = ""
        if log:
            try:
                name = log.begin(plan, command, library, undoes)
            except OSError as error:
                warnings.append(f"this cannot be undone: {log.folder} cannot be written ({_reason(error)})")

        def forget() -> None:
            if log and name:
                log.mark(name, "done" if undoes else "")

        _write_all(plan, token=_token(name), all_put_back=forget)
        if log and name:
            log.mark(name, "undone" if undoes else "done")
    return warnings


def _plan(changes: Iterable[FileChange]) -> list[FileChange]:
    """One change per file: those that follow each other become one."""
    by_place: dict[str, FileChange] = {}
    for change in changes:
        place = os.path.realpath(change.path)
        earlier = by_place.get(place)
        if earlier is None:
            by_place[place] = change
        elif earlier.after == change.before:
            by_place[place] = FileChange(earlier.path, earlier.before, change.after)
        else:
            raise ConflictError(
                f"{change.path} would be written twice, with different text", hint="name each file once"
            )
    return [change for change in by_place.values() if change.is_one]


def _lock(folder: Path, patience: float) -> AbstractContextManager[object]:
    """Keep other pubcli commands of this user out; without a lock the check of each file has to do."""
    from filelock import FileLock, Timeout

    try:
        _make_private(folder)
        return FileLock(folder / "lock").acquire(timeout=patience)
    except Timeout:
        raise ConflictError(
            "another pubcli command is writing",
            hint="nothing was changed; run this one again when that is done",
        ) from None
    except (OSError, NotImplementedError):
        return nullcontext()


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _check(change: FileChange) -> None:
    """Raise unless the file is still what the plan was made from, and may be replaced."""
    if read_file(change.path) != change.before:
        raise ConflictError(
            f"{change.path} was changed by another program meanwhile",
            hint="nothing was written; run the command again",
        )
    if change.before is None:
        return
    effective = os.access in os.supports_effective_ids
    writable = change.path.stat().st_mode & 0o222  # asked first, since root may write everything
    if not writable or not os.access(change.path, os.W_OK, effective_ids=effective):
        raise UnreadableError(
            f"{change.path}: is read-only", hint="nothing was changed; make it writable first"
        )


def _write_all(plan: Sequence[FileChange], *, token: str, all_put_back: Callable[[], None]) -> None:
    """Write all of the plan, or put back what was written; `all_put_back` is called when all of that was."""
    folders = {Path(os.path.realpath(change.path)).parent for change in plan}
    # Removes what is still there at the end: temporary files, and folders that are empty.
    with ExitStack() as leftovers:
        current = plan[0] if plan else None
        try:
            staged = []
            for number, current in enumerate(plan):
                staged.append((_stage(current, f"{_TEMP}{token}-{number}.tmp", leftovers), current))
            for temp, current in staged:
                _put(temp, current)
            for folder in folders:
                _sync_folder(folder)
        except BaseException as error:
            lost = _put_back(plan, token, leftovers)
            if not lost:
                all_put_back()
            if isinstance(error, OSError) and current:
                raise _unwritable(current.path, error, lost) from error
            raise


def _unwritable(path: Path, error: OSError, lost: list[Path]) -> UnreadableError:
    if lost:
        names = ", ".join(map(str, lost))
        return UnreadableError(
            f"{path}: cannot be written: {_reason(error)}; {names} could not be put back",
            hint="`pubcli undo` puts back the rest once the files can be written",
        )
    steps = filter(None, ("nothing was changed", _next_step(error, "write")))
    return UnreadableError(f"{path}: cannot be written: {_reason(error)}", hint="; ".join(steps))


def _stage(change: FileChange, name: str, leftovers: ExitStack) -> Path | None:
    """Write what is to come into a temporary file beside the target, safely on disk; None for a deletion."""
    if change.after is None:
        return None
    target = Path(os.path.realpath(change.path))
    for folder in reversed([target.parent, *target.parent.parents]):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            leftovers.callback(_remove_if_empty, folder)
    like = target.stat() if target.exists() else None
    temp = target.parent / name
    leftovers.callback(_remove_if_there, temp)
    _write_new(temp, change.after, mode=stat.S_IMODE(like.st_mode) & 0o777 if like else 0o666)
    if like:
        _dress(temp, target, like)
    return temp


def _write_new(path: Path, data: bytes, *, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _dress(temp: Path, target: Path, like: os.stat_result) -> None:
    """Give the temporary file the owner, mode and extended attributes of its target, as far as one may."""
    import shutil

    made = temp.stat()
    if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        for owner in (like.st_uid, -1):
            with suppress(OSError):
                os.chown(temp, owner, like.st_gid)
                break
    with suppress(OSError):
        shutil.copystat(target, temp)
    os.utime(temp)


def _put(temp: Path | None, change: FileChange) -> None:
    if temp is None:
        change.path.unlink()
    else:
        temp.replace(os.path.realpath(change.path))


def _put_back(plan: Sequence[FileChange], token: str, leftovers: ExitStack) -> list[Path]:
    """Restore the files that were written already; returns those that could not be."""
    lost = []
    for number, change in enumerate(plan):
        try:
            if read_file(change.path) == change.after:
                back = FileChange(change.path, change.after, change.before)
                _put(_stage(back, f"{_TEMP}{token}-{number}-back.tmp", leftovers), back)
        except (OSError, UnreadableError):
            lost.append(change.path)
    return lost


def _remove_if_there(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    with suppress(OSError):  # some network file systems refuse; the rename is done all the same
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def scratch_file(name: str, data: bytes) -> Iterator[Path]:
    """A temporary file of this name, readable by this user only, for another program to work on."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="pubcli-") as folder:
        path = Path(folder) / name
        _write_new(path, data, mode=0o600)
        yield path


# Taking back


def state_folder() -> Path:
    """Where this platform keeps the state of programs; never the user's repository."""
    from platformdirs import user_state_path

    return user_state_path("pubcli", appauthor=False)


def _utc_now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One command in the undo log. Names sort by time; `library` is the one it worked on, if any."""

    name: str
    time: datetime
    command: tuple[str, ...]
    library: Path | None
    paths: tuple[Path, ...]
    undone: bool


class UndoLog:
    """The commands that changed files, each with what the files held before and after.

    One file per command, `NUMBER-TOKEN.STATE`: a line of JSON, then the compressed contents. The state is
    `begun` before the first rename, `done` after the last, `undone` when taken back. A record that cannot be
    read is passed over.
    """

    _STATES = (".begun", ".done", ".undone")

    def __init__(
        self,
        folder: Path | None = None,
        *,
        now: Callable[[], datetime] = _utc_now,
        most_entries: int = 200,
        most_bytes: int = 50_000_000,
    ) -> None:
        self.folder = state_folder() / "undo" if folder is None else folder
        self._now = now
        self._most_entries = most_entries
        self._most_bytes = most_bytes

    def entries(self, paths: Iterable[Path] | None = None) -> Iterator[LogEntry]:
        """The commands that touched any of `paths`, or all, newest first; those taken back are included."""
        wanted = None if paths is None else {os.path.realpath(path) for path in paths}
        for file in self._files():
            with suppress(OSError, ValueError, KeyError, TypeError):
                entry = _entry(file)
                touched = {os.path.realpath(path) for path in (*entry.paths, entry.library) if path}
                if wanted is None or wanted & touched:
                    yield entry

    def last(self, paths: Iterable[Path] | None = None) -> LogEntry | None:
        """The command that `undo` takes back: the newest on any of `paths` that was not taken back yet."""
        return next((entry for entry in self.entries(paths) if not entry.undone), None)

    def undo_changes(self, entry: LogEntry) -> list[FileChange]:
        """What takes `entry` back: nothing for a file that is as it was before already.

        ConflictError, naming it, when a file is neither what the command left nor what it found.
        """
        changes = []
        for change in reversed(self.changes(entry)):
            now = read_file(change.path)
            if now == change.after:
                changes.append(FileChange(change.path, now, change.before))
            elif now != change.before:
                raise ConflictError(
                    f"{change.path} was changed outside pubcli since, so the command cannot be taken back",
                    hint="nothing was changed; take that change out, and undo again",
                    detail=diff([FileChange(change.path, change.after, now)]),
                )
        return changes

    def changes(self, entry: LogEntry) -> list[FileChange]:
        """What the command wrote. UnreadableError when its record is gone or damaged."""
        import zlib

        try:
            return _contents(self._file(entry.name))
        except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
            raise UnreadableError(
                f"{self.folder}: the record of this command is gone or damaged",
                hint="it cannot be taken back",
            ) from error

    def begin(
        self,
        plan: Sequence[FileChange],
        command: Sequence[str],
        library: Path | None,
        undoes: LogEntry | None,
    ) -> str:
        """Put on disk what is about to be written, and return its name; OSError when that cannot be done.

        Taking a command back needs no record of its own: that of the command serves until all is done.
        """
        if undoes:
            self.mark(undoes.name, "begun")
            return undoes.name
        _make_private(self.folder)
        newest = next(self._files(), None)
        number = int(newest.name.partition("-")[0]) + 1 if newest else 1
        record = self.folder / f"{number:08}-{os.urandom(4).hex()}.begun"
        temp = record.with_suffix(".tmp")
        try:
            _write_new(temp, _record(plan, command, library, self._now()), mode=0o600)
            temp.replace(record)
        finally:
            _remove_if_there(temp)
        _sync_folder(self.folder)
        self._prune()
        return record.stem

    def mark(self, name: str, state: str) -> None:
        """Note the state of a command; without one, forget it."""
        with suppress(OSError):
            file = self._file(name)
            if state:
                file.rename(self.folder / f"{name}.{state}")
            else:
                file.unlink()

    def clear_up(self) -> None:
        """Remove the temporary files of commands that were killed; only while no other command is writing."""
        for file in self._files():
            if file.suffix == ".begun":
                with suppress(OSError, ValueError, KeyError, TypeError):
                    for folder in {Path(os.path.realpath(path)).parent for path in _entry(file).paths}:
                        for temp in folder.glob(f"{_TEMP}{_token(file.stem)}-*.tmp"):
                            _remove_if_there(temp)
                self.mark(file.stem, "done")

    def _files(self) -> Iterator[Path]:
        """The records, newest first."""
        try:
            files = sorted(self.folder.iterdir(), reverse=True)
        except OSError:
            return
        for file in files:
            if file.suffix in self._STATES and file.name.partition("-")[0].isdecimal():
                yield file

    def _file(self, name: str) -> Path:
        found = (self.folder / f"{name}{state}" for state in self._STATES)
        return next((file for file in found if file.exists()), self.folder / f"{name}.done")

    def _prune(self) -> None:
        total = 0
        for place, file in enumerate(self._files()):
            with suppress(OSError):
                total += file.stat().st_size
                if place and (place >= self._most_entries or total > self._most_bytes):
                    file.unlink()


def _token(name: str) -> str:
    """What the temporary files of a command are named by; without a record any name will do."""
    return name.rpartition("-")[2] or os.urandom(4).hex()


def _record(
    plan: Sequence[FileChange], command: Sequence[str], library: Path | None, time: datetime
) -> bytes:
    """One file of the log. `after` is kept as what lies between the bytes that it shares with `before`."""
    import json
    import zlib

    files: list[dict[str, Any]] = []
    contents: list[bytes] = []
    for change in plan:
        file: dict[str, Any] = {"path": str(change.path.absolute()), "before": None, "after": None}
        before, after = change.before or b"", change.after or b""
        if change.before is not None:
            contents.append(zlib.compress(before, 1))
            file["before"] = len(contents[-1])
        if change.after is not None:
            start = shared_start(before, after)
            end = shared_end(before, after, start)
            contents.append(zlib.compress(after[start : len(after) - end], 1))
            file["after"] = [len(contents[-1]), start, end]
        files.append(file)
    head = {
        "time": time.isoformat(),
        "command": list(command),
        "library": str(library.absolute()) if library else None,
        "size": sum(map(len, contents)),
        "files": files,
    }
    return json.dumps(head).encode() + b"\n" + b"".join(contents)


def _entry(file: Path) -> LogEntry:
    """Read the first line of a record; ValueError, KeyError or TypeError if it is none, or not all there."""
    import json
    from datetime import datetime

    with file.open("rb") as record:
        first = record.readline()
        head = json.loads(first)
    if file.stat().st_size != len(first) + head["size"]:
        raise ValueError("cut short")
    return LogEntry(
        name=file.stem,
        time=datetime.fromisoformat(head["time"]),
        command=tuple(head["command"]),
        library=Path(head["library"]) if head["library"] else None,
        paths=tuple(Path(one["path"]) for one in head["files"]),
        undone=file.suffix == ".undone",
    )


def _contents(file: Path) -> list[FileChange]:
    import json
    import zlib

    changes = []
    with file.open("rb") as record:
        for one in json.loads(record.readline())["files"]:
            before = after = None
            if one["before"] is not None:
                before = zlib.decompress(record.read(one["before"]))
            if one["after"] is not None:
                size, start, end = one["after"]
                whole = before or b""
                after = whole[:start] + zlib.decompress(record.read(size)) + whole[len(whole) - end :]
            changes.append(FileChange(Path(one["path"]), before, after))
    return changes
