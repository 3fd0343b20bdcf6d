"""The archivist's work after archiving: terms, files, holds, disposition, and packages for another archive.

Who may do these acts is decided in `workflows.actions.keeping`; here stands what the acts do and refuse.
"""
