"""BibTeX syntax: files with spans, names, LaTeX. Knows text only, no publications and no disk."""
