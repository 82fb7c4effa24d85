"""The package's exceptions.

FeedError            something is wrong with one feed, never with the others
  FetchError         no document came; `kind` is the class of failure
    AddressRefused   the address leads where we do not go
  ParseError         a document came, and is no feed that can be read
"""

from __future__ import annotations


class FeedError(Exception):
    """The root. `kind` classes the failure, `remedy` says what to do; no secret is in either."""

    def __init__(self, message: str, *, kind: str, remedy: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.remedy = remedy


class FetchError(FeedError):
    """No document came."""

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        remedy: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, kind=kind, remedy=remedy)
        self.status = status
        self.retry_after = retry_after
        """Seconds that the server asked us to wait."""


class AddressRefused(FetchError):
    """The address is not http(s), or leads into a network that we do not dial."""


class ParseError(FeedError):
    """The document is no feed that can be read."""
