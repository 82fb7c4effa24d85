from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.urls import absolute, canonical_url, clean_url, host_of, is_bare

PAGE = "https://example.org/world/article-1"


@pytest.mark.parametrize(
    "form",
    [
        "http://example.org/world/article-1",
        "https://www.example.org/world/article-1/",
        "https://m.example.org/world/article-1",
        "https://amp.example.org/world/article-1",
        "https://EXAMPLE.org:443/world/article-1#comments",
        "https://example.org/world/article-1?utm_source=rss&utm_medium=feed",
        "https://example.org/world/article-1?fbclid=1&at_campaign=x&CMPID=2",
        "https://example.org/world/article-1?mod=rss_world",
        "https://example.org/world/article-1/amp",
        "https://example.org/world/article-1/amp/",
        "https://example.org/world/article-1.amp",
        "https://example.org/amp/world/article-1",
        "https://example.org/world/article-1?amp",
        "https://example.org/world/article-1?outputType=amp",
        "https://example.org//world/article-1/index.html",
        "https://example-org.cdn.ampproject.org/c/s/example.org/world/article-1",
        "https://www.google.com/amp/s/example.org/world/article-1",
        "https://www.google.com/url?rct=j&url=https://example.org/world/article-1&ct=ga",
        "https://www.bing.com/news/apiclick.aspx?ref=x&url=https%3A%2F%2Fexample.org%2Fworld%2Farticle-1",
    ],
)
def test_the_forms_of_one_address_are_one(form: str) -> None:
    assert canonical_url(form) == PAGE


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/world/article-2",
        "https://example.org/world/article-1?page=2",
        "https://example.org/world/article-1?id=7",
        "https://news.example.org/world/article-1",
        "https://example.org:8443/world/article-1",
        "https://example.org/world/Article-1",
        "https://example.org/world/article-1#!live",
    ],
)
def test_other_addresses_stay_others(other: str) -> None:
    assert canonical_url(other) != PAGE


def test_the_order_and_spelling_of_parameters_do_not_matter() -> None:
    assert canonical_url("https://a.org/?b=%41&a=1") == canonical_url("https://a.org/?a=1&b=A")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.org/news/%CF%F0%E8", "https://a.org/news/%CE%F2%EA"),
        ("https://a.org/?t=%CF%F0%E8", "https://a.org/?t=%CE%F2%EA"),
        ("https://a.org/?%CF=1", "https://a.org/?%CE=1"),
        ("https://a.org/%FF", "https://a.org/%EF%BF%BD"),
    ],
)
def test_addresses_that_are_not_in_utf_8_are_told_apart(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)
    assert canonical_url(canonical_url(one)) == canonical_url(one)


def test_percent_signs_in_no_utf_8_have_one_spelling() -> None:
    assert canonical_url("http://a.org/%cf%F0?t=%e8") == "https://a.org/%CF%F0?t=%E8"


def test_a_wrapped_address_that_is_not_in_utf_8_still_leads_to_the_article() -> None:
    for inner in ("http%3A%2F%2Fa.org%2F%25CF%25F0", "http%3A%2F%2Fa.org%2F%CF%F0"):
        url = f"https://www.google.com/url?rct=j&url={inner}"
        assert clean_url(url) == "http://a.org/%CF%F0"


def test_an_older_google_news_wrapper_gives_the_address_within() -> None:
    packed = b"\x08\x13\x22\x2c" + PAGE.encode() + b"\xd2\x01\x00"
    token = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    assert clean_url(f"https://news.google.com/rss/articles/{token}?oc=5") == PAGE


def test_a_newer_google_news_wrapper_stays_as_it_is() -> None:
    packed = b"\x08\x13\x22\xab\x01AU_yqLNsbl8opaque"
    token = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    wrapper = f"https://news.google.com/rss/articles/{token}?oc=5"
    assert clean_url(wrapper) == wrapper


def test_a_cleaned_address_keeps_all_that_leads_to_the_article() -> None:
    url = "http://www.example.org/a?id=1&utm_source=rss&x=%20y#part"
    assert clean_url(url) == "http://www.example.org/a?id=1&x=%20y#part"


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "mailto:a@b.org", "http://", "//x", "http://["]
)
def test_what_is_no_address_is_empty(url: str) -> None:
    assert (clean_url(url), canonical_url(url), host_of(url)) == ("", "", "")


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "\x1bjavascript:x"],
)
def test_a_link_that_is_no_web_address_is_left_out(link: str) -> None:
    assert absolute("https://example.org/feed", link) == ""


def test_what_a_terminal_acts_on_is_left_out_of_a_link() -> None:
    assert absolute("https://example.org/", "/a\x1b]0;b\x07\x9b2J\u202ec") == (
        "https://example.org/a]0;b2Jc"
    )


def test_a_site_as_a_whole_is_bare() -> None:
    assert is_bare(canonical_url("https://www.example.org/"))
    assert not is_bare(canonical_url(PAGE))


@given(st.text(max_size=40), st.text(max_size=20))
def test_reducing_twice_changes_nothing(path: str, query: str) -> None:
    once = canonical_url(f"https://example.org/{path}?{query}")
    assert canonical_url(once) == once
