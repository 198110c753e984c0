"""What can go wrong, as the user is told it, and the exit code each kind ends in.

Knows no file format and prints nothing: errors are raised where they are known and become
messages in one place, `pubcli.cli.app.main`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command; scripts and CI rely on them."""

    DONE = 0, "done, or nothing to do"
    FOUND = 1, "a check found something (`--check`)"
    USAGE = 2, "wrong arguments"
    NOT_FOUND = 3, "no such key, file, page, marker, region or profile"
    UNREADABLE = 4, "a file or an answer cannot be read or written, markers doubled, reversed or nested"
    CONFLICT = (
        5,
        (
            "a conflict: a file changed meanwhile, a region edited by hand, an ambiguous match, "
            "a refused edit, a question with nobody to answer it"
        ),
    )
    SERVICE = 6, "a service did not answer or refused"
    INTERRUPTED = 130, "interrupted, or a prompt aborted"

    meaning: str

    def __new__(cls, value: int, meaning: str) -> ExitCode:
        """Attach to each code the sentence that the README prints for it."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code


class PubcliError(Exception):
    """Something the user should know: one line that says what, one hint that says what next."""

    exit_code: ExitCode = ExitCode.UNREADABLE

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PubcliError):
    """The arguments do not fit together, or a value given on the command line cannot be used."""

    exit_code = ExitCode.USAGE


class NotFoundError(PubcliError):
    """No such key, file, page, marker, region or profile."""

    exit_code = ExitCode.NOT_FOUND


class UnreadableError(PubcliError):
    """A file or an answer cannot be read or written: `path:line: what`."""

    exit_code = ExitCode.UNREADABLE


class ConflictError(PubcliError):
    """Going on would lose or guess something, so nothing was done.

    `detail` is text to show below the message and above the hint: a diff, or a list.
    """

    exit_code = ExitCode.CONFLICT

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint)
        self.detail = detail


class ServiceError(PubcliError):
    """A service did not answer, or refused."""

    exit_code = ExitCode.SERVICE


class SeveralErrors(PubcliError):
    """Several things went wrong, each of which the user should know; the highest exit code counts."""

    def __init__(self, errors: Sequence[PubcliError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = tuple(errors)
        self.exit_code = max(error.exit_code for error in errors)


def did_you_mean(word: str, known: Iterable[str], *, most: int = 3) -> str:
    """The hint that names the known words nearest to `word`, or an empty text if none is near."""
    from difflib import get_close_matches  # 5 ms, needed only when something is wrong

    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_folded, n=most, cutoff=0.6)
    names = [f"'{by_folded[name]}'" for name in near]
    return f"did you mean {' or '.join(names)}?" if names else ""
