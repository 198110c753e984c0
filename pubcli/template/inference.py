"""The template string that a page's references were written by."""

from __future__ import annotations

from collections.abc import Sequence

from pubcli.markup import Markup
from pubcli.template.inplace import PartsRead


def template_for(reads: Sequence[PartsRead], markup: Markup) -> str:
    return {"markdown": "md-line", "html": "html-list", "latex": "tex-item"}[markup.name]
