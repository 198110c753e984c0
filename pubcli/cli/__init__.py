"""The commands. The only floor that knows Typer and prints."""
