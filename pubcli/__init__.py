"""pubcli: a publication list kept in one BibTeX file, edited without disturbing it."""

__version__ = "0.1.0"
