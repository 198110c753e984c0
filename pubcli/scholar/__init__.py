"""Google Scholar and other sources of citation counts."""
