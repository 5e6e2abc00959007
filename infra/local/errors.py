"""Errors that are shown to the user as one line, without a stack trace."""


class UserError(Exception):
    """Something that the user can fix. The text says what is wrong and what to do."""
