"""What Slack's refusals mean for us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.chat import ChannelGone, OutcomeUnknown, SendFailed

NETWORK = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
"""What a request may raise that is no bug of ours."""
RENEW = (
    "install the app again at https://api.slack.com/apps (Install App) and put its tokens in "
    "[slack] bot_token and app_token"
)
_SCOPES = "make the app's scopes those of slack-manifest.json, then install it again"
INVITE = "type /invite @Pledgewatch in the channel, or choose another channel for the route"
_GONE = {
    "channel_not_found": (
        "Slack knows no such channel, or Pledgewatch is not in it",
        f"check the channel's id; if it is private: {INVITE}",
    ),
    "not_in_channel": ("Pledgewatch is not in this Slack channel", INVITE),
    "is_archived": (
        "this Slack channel is archived",
        "unarchive it, or choose another channel for the route",
    ),
    "restricted_action": (
        "this Slack workspace lets Pledgewatch not post there",
        "ask a workspace admin to allow posting, or choose another channel",
    ),
    "restricted_action_read_only_channel": (
        "this Slack channel is read-only",
        "choose another channel for the route",
    ),
    "restricted_action_thread_only_channel": (
        "this Slack channel takes replies only",
        "choose another channel for the route",
    ),
    "user_not_found": ("Slack knows no such member", "check the member's id"),
    "user_disabled": ("this Slack member was deactivated", "choose somebody else"),
    "user_not_visible": ("Pledgewatch cannot see this Slack member", "choose somebody else"),
    "cannot_dm_bot": ("this Slack member is an app", "choose a person"),
}
_TAB = "switch its Messages Tab on under App Home at https://api.slack.com/apps"
_UNAUTHORISED = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
    "org_login_required",
    "ekm_access_denied",
    "access_denied",
    "no_permission",
    "missing_scope",
    "two_factor_setup_required",
    "team_access_not_granted",
    "accesslimited",
}
_UNSURE = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
_UNAUTHORISED_PAUSE = 300.0
_LIMITED_PAUSE = 30.0
_MESSAGE_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
_THREAD_GONE = {"thread_not_found", "cannot_reply_to_message"}


class ThreadGone(SendFailed):
    """The message to reply to was deleted, or takes no replies."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack has no such thread ({code})", retryable=False)


class PictureRefused(SendFailed):
    """Slack does not know the uploaded file, or not yet. Nothing was posted."""

    def __init__(self) -> None:
        super().__init__("Slack does not know the picture", retryable=False)


def understood(error: BaseException) -> SendFailed | None:
    """Our word for an error of a request, or None for what is a bug."""
    match error:
        case SendFailed():
            return error
        case SlackApiError():
            return _refusal(error)
        case aiohttp.ClientConnectorError():
            return SendFailed("Slack cannot be reached", retryable=True)
        case aiohttp.ClientError() | OSError() | TimeoutError() | SlackClientError():
            return OutcomeUnknown(f"the line to Slack broke ({type(error).__name__})")
    return None


def code_of(error: SlackApiError) -> str:
    """Slack's word for the error; empty where the answer is no JSON object (a proxy's page)."""
    data = getattr(error.response, "data", None)
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def _refusal(error: SlackApiError) -> SendFailed:
    status, code = _status(error), code_of(error)
    if status == 429 or code in {"ratelimited", "rate_limited", "message_limit_exceeded"}:
        pause = _retry_after(error) or _LIMITED_PAUSE
        return SendFailed("Slack asks for a pause", retryable=True, retry_after=pause)
    if status >= 500 or code in _UNSURE or not code:
        shown = code or f"status {status}"
        return OutcomeUnknown(f"Slack answered {shown}", retry_after=_retry_after(error))
    if code == "invalid_blocks" and "slack_file" in str(error.response.get("errors")):
        return PictureRefused()
    if code in _GONE:
        reason, remedy = _GONE[code]
        return ChannelGone(reason, remedy=remedy)
    if code == "messages_tab_disabled":  # the app's fault and not the person's: nobody is let go
        return SendFailed(
            "the app may write to nobody in person",
            retryable=True,
            retry_after=_UNAUTHORISED_PAUSE,
            remedy=_TAB,
        )
    if code in _UNAUTHORISED:
        return SendFailed(
            f"Slack refuses the {_token(error)} ({code}{_needed(error)})",
            retryable=True,
            retry_after=_UNAUTHORISED_PAUSE,
            remedy=_SCOPES if code == "missing_scope" else RENEW,
        )
    if code in _THREAD_GONE:
        return ThreadGone(code)
    if code in _MESSAGE_GONE:
        return SendFailed(f"the Slack message cannot be changed ({code})", retryable=False)
    return SendFailed(f"Slack refused: {code}", retryable=False)


def _token(error: SlackApiError) -> str:
    """Which of the two it was; only opening the socket takes the app's."""
    is_apps = str(getattr(error.response, "api_url", "")).endswith("apps.connections.open")
    return "app-level token, xapp-" if is_apps else "bot token, xoxb-"


def _status(error: SlackApiError) -> int:
    response: Any = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _retry_after(error: SlackApiError) -> float | None:
    headers: Mapping[str, str] = getattr(error.response, "headers", None) or {}
    try:
        return float(headers["Retry-After"])
    except (KeyError, ValueError):
        return None


def _needed(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    needed = data.get("needed") if isinstance(data, Mapping) else None
    return f": {needed}" if needed else ""
