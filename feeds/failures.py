"""What went wrong on the network, classed and put into words."""

from __future__ import annotations

import ssl

import aiohttp
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong
from yarl import URL

from feeds.addresses import redacted
from feeds.errors import FetchError

_REMEDIES = {
    401: "give the feed a user and password, or the header that the publisher asks for",
    403: "the publisher refuses this program; another user agent or a direct agreement may help",
    404: "look on the publisher's site for the feed's new address",
    406: "the publisher refuses this program; another user agent may help",
    407: "check the user and password of [fetch] proxy",
    410: "the publisher has ended it for good; remove it",
    429: "it is asked less often from now on",
    451: "the publisher may not show it where this program runs",
}


def failure_of_status(status: int, url: URL, retry_after: float | None) -> FetchError:
    """The error for an answer that brought no document."""
    return FetchError(
        f"{redacted(url)} answered {status}",
        kind=_kind_of_status(status),
        remedy=_REMEDIES.get(status, "it is tried again by itself"),
        status=status,
        retry_after=retry_after,
    )


def _kind_of_status(status: int) -> str:
    if status == 410:
        return "gone"
    if status == 429:
        return "rate_limited"
    return "http4xx" if 400 <= status < 500 else "http5xx"


def failure_of(error: Exception, url: URL) -> FetchError:
    """The error for a request that was not answered; nothing of `error`'s own words is shown
    where they could hold an address with its secrets."""
    kind, words, remedy = _classed(error)
    return FetchError(f"{redacted(url)}: {words}", kind=kind, remedy=remedy)


def _classed(error: Exception) -> tuple[str, str, str]:
    again = "it is tried again by itself"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns", "its name cannot be resolved", "check the host name for a typing error"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = error.certificate_error
        words = getattr(reason, "verify_message", "") or "the certificate does not verify"
        return "tls", words, "if the authority is your own, name it in [fetch] ca_file"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "tls", "no encrypted connection could be made", "see whether the site needs http://"
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        return "connect", "the proxy could not be used", "check [fetch] proxy"
    if isinstance(error, aiohttp.ClientConnectorError):
        cause = (error.os_error.strerror or "for no stated reason").lower()
        return "connect", f"no connection ({cause})", again
    if isinstance(error, aiohttp.ClientResponseError | BadHttpMessage):
        return "connect", _malformed(error), "the server is at fault"
    if isinstance(error, aiohttp.InvalidURL):
        return "refused", "the address cannot be used", "check its spelling"
    return "connect", "the connection broke off", again


def _malformed(error: Exception) -> str:
    if isinstance(error, LineTooLong) or "too many" in str(error).lower():
        return "its answer has endless headers"
    return "its answer is not proper HTTP"
