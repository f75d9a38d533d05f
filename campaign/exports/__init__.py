"""Files that people take away, from what reads returned: CSV, JSON, LaTeX and BibTeX.

Pure functions: they ask no database and decide nothing about who sees what.
"""
