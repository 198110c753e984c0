"""Answers to a shell that asks for completions; Typer knows what fits, this knows what bash makes of it.

bash takes a word apart at `:` and `=`, and puts what it is told onto the command line as it is, blanks
and quotes included; zsh and fish do neither.
"""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import redirect_stdout
from typing import Any

COMPLETION = "_PUBCLI_COMPLETE"  # set by the shell that asks
_BREAKS = re.compile("[:=]+")
_SPECIAL = re.compile(r"[^\w@%+=:,./~-]")


def answer(command: Any) -> None:
    """Print the completions of the command line in the environment, and exit. `command` is Typer's."""
    if os.environ[COMPLETION] != "complete_bash":
        command.main(prog_name="pubcli")
    words, at, settled = joined(os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"]))
    quoted = at < len(words) and words[at][:1] in ("'", '"')
    os.environ.update(COMP_WORDS="\n".join(words), COMP_CWORD=str(at))
    found = io.StringIO()
    try:
        with redirect_stdout(found):
            command.main(prog_name="pubcli")
    finally:
        for value in found.getvalue().splitlines():
            rest = value.removeprefix(settled)
            sys.stdout.write((rest if quoted else _SPECIAL.sub(r"\\\g<0>", rest)) + "\n")
        sys.stdout.flush()


def joined(words: list[str], at: int) -> tuple[list[str], int, str]:
    """The words that bash took apart put together, and the place of the one to complete.

    Last comes how much of that word bash will leave alone: what stands before its last break.
    """
    whole: list[str] = []
    place, settled = at, ""
    glue = False
    for number, word in enumerate(words):
        is_break = bool(_BREAKS.fullmatch(word)) and len(whole) > 1
        if (is_break or glue) and whole:
            if number == at:
                settled = whole[-1] + (word if is_break else "")
            whole[-1] += word
        else:
            whole.append(word)
        if number == at:
            place = len(whole) - 1
        glue = is_break
    return whole, place if at < len(words) else len(whole), settled
