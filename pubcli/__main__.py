"""`python -m pubcli`."""

from pubcli.cli.app import run

run()
