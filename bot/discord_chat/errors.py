"""What Discord's refusals mean for us."""

from __future__ import annotations

import aiohttp
import discord

from bot.chat import ChannelGone, OutcomeUnknown, SendFailed

RENEW = (
    "make a new token at https://discord.com/developers/applications (Bot > Reset Token) "
    "and put it in [discord] token"
)
PERMISSIONS_REMEDY = (
    "allow Pledgewatch View Channel, Send Messages, Embed Links, Read Message History and Create "
    "Public Threads there, or choose another channel"
)
LOCKED = ("this Discord thread is locked", "unlock it, or choose its channel")
_GONE = {
    10003: ("Discord knows no such channel", "choose another channel for the route"),
    50001: ("Pledgewatch cannot see this Discord channel", PERMISSIONS_REMEDY),
    50013: ("Pledgewatch may not write in this Discord channel", PERMISSIONS_REMEDY),
    10013: ("Discord knows no such user", "check the user's number"),
    50007: (
        "this Discord user takes no direct messages",
        "allow direct messages in the server's privacy settings, or choose a channel",
    ),
    50033: ("Discord knows no such user", "check the user's number"),
    50278: (
        "this Discord user shares no server with Pledgewatch",
        "invite Pledgewatch into one of the user's servers",
    ),
    50008: ("this Discord channel takes no messages", "choose a text channel"),
    50024: ("this Discord channel takes no such messages", "choose a text channel"),
    50083: ("this Discord thread is archived", "unarchive it, or choose its channel"),
    160005: LOCKED,
}
_PASSING = {
    20016: 60.0,  # slow mode
    20028: 60.0,  # the channel's write limit
    30046: 600.0,  # edits of an old message
    40062: 60.0,  # resource rate limited
    130000: 60.0,  # overloaded
}
_UNAUTHORISED_PAUSE = 300.0
_BLOCKED_PAUSE = 600.0
_LIMITED_PAUSE = 60.0
UNKNOWN_MESSAGE = 10008
THREAD_EXISTS = 160004
THREAD_ARCHIVED = 50083
STAYS_SHUT = frozenset({50001, 50013, THREAD_ARCHIVED, 160005})
"""Why a thread is not opened again: no access, no permission, archived all the same, locked."""


def understood(error: BaseException) -> SendFailed | None:
    """Our word for an error of a request, or None for what is a bug."""
    match error:
        case SendFailed():
            return error
        case discord.RateLimited():
            return SendFailed(
                "Discord asks for a pause", retryable=True, retry_after=error.retry_after
            )
        case discord.LoginFailure():
            return SendFailed("Discord refused the token", retryable=False, remedy=RENEW)
        case discord.HTTPException():
            return _refusal(error)
        case aiohttp.ClientConnectorError():
            return SendFailed("Discord cannot be reached", retryable=True)
        case aiohttp.ClientError() | OSError() | TimeoutError():
            return OutcomeUnknown(f"the line to Discord broke ({type(error).__name__})")
        case RuntimeError() if "closed" in str(error).lower():
            return SendFailed("the connection to Discord is being rebuilt", retryable=True)
    return None


def _refusal(error: discord.HTTPException) -> SendFailed:
    if error.status >= 500:
        return OutcomeUnknown(f"Discord answered {error.status}", retry_after=_retry_after(error))
    if error.status == 429:
        return SendFailed(
            "Discord asks for a pause",
            retryable=True,
            retry_after=_retry_after(error) or _LIMITED_PAUSE,
        )
    if error.status == 401:
        return SendFailed(
            "Discord no longer takes the token",
            retryable=True,
            retry_after=_UNAUTHORISED_PAUSE,
            remedy=RENEW,
        )
    return _coded(error)


def _coded(error: discord.HTTPException) -> SendFailed:
    if error.code in _GONE:
        reason, remedy = _GONE[error.code]
        return ChannelGone(reason, remedy=remedy)
    if error.code in _PASSING:
        return SendFailed(
            f"Discord asks for a pause (code {error.code})",
            retryable=True,
            retry_after=_retry_after(error) or _PASSING[error.code],
        )
    if error.code == UNKNOWN_MESSAGE:
        return SendFailed("the Discord message was deleted", retryable=False)
    if error.status == 403 and error.code == 0:
        return SendFailed(
            "Discord's firewall refuses this address", retryable=True, retry_after=_BLOCKED_PAUSE
        )
    return SendFailed(f"Discord refused: {error.text[:300]} ({error.code})", retryable=False)


def _retry_after(error: discord.HTTPException) -> float | None:
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError):
        return None


def at_start(error: SendFailed) -> SendFailed:
    """At the start a refused token is final, and nothing can have been posted."""
    return SendFailed(
        error.reason,
        retryable=error.retryable and error.remedy != RENEW,
        retry_after=error.retry_after,
        remedy=error.remedy,
    )


def why_deaf(error: BaseException) -> str:
    """Why no command arrives."""
    match error:
        case discord.ConnectionClosed(code=4004):
            return f"Discord no longer takes the token: {RENEW}"
        case discord.ConnectionClosed():
            return f"Discord closed the gateway for good (code {error.code})"
    return f"Discord's gateway cannot be reached ({type(error).__name__})"
