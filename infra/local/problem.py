"""The one kind of error that this package reports without a stack trace."""


class Problem(Exception):
    """Something the person at the terminal can fix. The text says what is wrong and what to do."""
