"""Whether two records are the same publication, and which author is me.

`me` compares names, `titles` folds titles, `same` weighs records. Nothing here reads a file.
"""

from pubcli.matching.me import Level, Me, my_authors
from pubcli.matching.same import Index, Match, Relation, Verdict, compare
from pubcli.matching.titles import normal_title

__all__ = ["Index", "Level", "Match", "Me", "Relation", "Verdict", "compare", "my_authors", "normal_title"]
