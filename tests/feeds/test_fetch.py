from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import sys
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from feeds.article import Validators
from feeds.errors import AddressRefused, FetchError
from feeds.fetch import Fetcher, FetchSettings
from feeds.schedule import FeedState
from feeds.statejson import state_to_json
from tests.feeds.conftest import Host

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TLS = Path(__file__).parent / "tls"
BODY = b"<rss version='2.0'><channel><title>x</title></channel></rss>"


class Names(AbstractResolver):
    """A resolver with a table of its own."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self.table = table

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in self.table:
            raise OSError(-2, "Name or service not known")
        address = self.table[host].pop(0) if len(self.table[host]) > 1 else self.table[host][0]
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        return


async def kind_of(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        await fetcher.get(url)
    return caught.value.kind


async def test_a_document_comes_with_what_its_next_request_needs(
    host: Host, fetcher: Fetcher
) -> None:
    url = host.text(
        "/f", BODY, headers={"ETag": '"a"', "Last-Modified": "Tue, 06 Jan 2026 18:04:00 GMT"}
    )
    fetched = await fetcher.get(url)
    assert fetched.body == BODY
    assert fetched.validators.etag == '"a"'
    assert fetched.validators.last_modified == "Tue, 06 Jan 2026 18:04:00 GMT"
    assert fetched.final_url == url


async def test_validators_are_sent_back_and_304_brings_no_body(
    host: Host, fetcher: Fetcher
) -> None:
    url = host.text("/f", "", status=304)
    known = Validators('"a"', "Tue, 06 Jan 2026 18:04:00 GMT", "digest")
    fetched = await fetcher.get(url, validators=known)
    assert fetched.body is None
    assert fetched.validators == known
    assert host.requests[0].headers["If-None-Match"] == '"a"'
    assert host.requests[0].headers["If-Modified-Since"] == "Tue, 06 Jan 2026 18:04:00 GMT"


@pytest.mark.parametrize("value", [b'"caf\xe9"', '"café"'.encode(), b'"a\tb"', b'"' + b"x" * 5000])
@pytest.mark.parametrize("status", [200, 304])
async def test_validators_that_cannot_be_sent_back_are_not_kept(value: bytes, status: int) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        fields = b"ETag: " + value + b"\r\nLast-Modified: " + value
        length = len(BODY) if status == 200 else 0
        writer.write(b"HTTP/1.1 %d X\r\n%s\r\nContent-Length: %d\r\n" % (status, fields, length))
        writer.write(b"Connection: close\r\n\r\n" + BODY[:length])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = FetchSettings(host_gap=0, allow_networks=("127.0.0.0/8",))
    async with server, Fetcher(settings) as fetcher:
        known = Validators('"a"', "Tue, 06 Jan 2026 18:04:00 GMT", "digest")
        fetched = await fetcher.get(f"http://127.0.0.1:{port}/", validators=known)
    assert fetched.status == status
    assert (fetched.validators.etag, fetched.validators.last_modified) == ("", "")
    state_to_json(FeedState(validators=fetched.validators)).encode()


async def test_the_same_bytes_without_validators_bring_no_body(
    host: Host, fetcher: Fetcher
) -> None:
    url = host.text("/f", BODY)
    first = await fetcher.get(url)
    again = await fetcher.get(url, validators=first.validators)
    assert (first.body, again.body) == (BODY, None)


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        ("gzip", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:20]) + gzip.compress(body[20:])),
        ("gzip", lambda body: gzip.compress(body) + b"\0\0 left behind"),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
        ("identity", lambda body: body),
        ("gzip", lambda body: body),
        ("", gzip.compress),
    ],
    ids=[
        "gzip", "two members", "left-overs", "zlib", "raw deflate", "br", "zstd", "two codings",
        "identity", "claims gzip and is plain", "is gzip and does not say so",
    ],
)  # fmt: skip
async def test_compressed_bodies_are_read(
    host: Host, fetcher: Fetcher, coding: str, compress: Callable[[bytes], bytes]
) -> None:
    headers = {"Content-Encoding": coding} if coding else {}
    url = host.text("/f", compress(BODY), headers=headers)
    assert (await fetcher.get(url)).body == BODY


@pytest.mark.parametrize(
    ("coding", "compress"),
    [("gzip", gzip.compress), ("br", brotli.compress), ("zstd", zstd.compress)],
)
async def test_a_bomb_is_given_up_at_the_cap(
    host: Host, fetcher: Fetcher, coding: str, compress: Callable[[bytes], bytes]
) -> None:
    url = host.text("/f", compress(b"0" * 50_000_000), headers={"Content-Encoding": coding})
    assert await kind_of(fetcher, url) == "too_large"


async def test_a_cut_off_compressed_body_is_no_document(host: Host, fetcher: Fetcher) -> None:
    url = host.text("/f", gzip.compress(BODY)[:-10], headers={"Content-Encoding": "gzip"})
    assert await kind_of(fetcher, url) == "encoding"


async def test_a_body_that_drips_meets_the_deadline(host: Host, settings: FetchSettings) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"<")
            await asyncio.sleep(0.02)

    url = host.page("/f", drip)
    async with Fetcher(replace(settings, timeout_seconds=0.2)) as fetcher:
        assert await kind_of(fetcher, url) == "timeout"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "http4xx"), (404, "http4xx"), (410, "gone"), (429, "rate_limited"), (503, "http5xx")],
)
async def test_statuses_are_classed(host: Host, fetcher: Fetcher, status: int, kind: str) -> None:
    assert await kind_of(fetcher, host.text("/f", "", status=status)) == kind


async def test_retry_after_is_read_in_both_its_forms(host: Host, fetcher: Fetcher) -> None:
    dates = {
        "Date": "Tue, 06 Jan 2026 18:00:00 GMT",
        "Retry-After": "Tue, 06 Jan 2026 18:05:00 GMT",
    }
    for headers, seconds in (({"Retry-After": "120"}, 120), (dates, 300)):
        with pytest.raises(FetchError) as caught:
            await fetcher.get(host.text("/f", "", status=429, headers=headers))
        assert caught.value.retry_after == seconds


async def test_a_chain_of_permanent_redirects_is_reported(host: Host, fetcher: Fetcher) -> None:
    host.redirect("/a", "/b", status=301)
    host.redirect("/b", "/c", status=308)
    url = host.text("/c", BODY)
    assert (await fetcher.get(host.base + "/a")).permanent_url == url


async def test_one_temporary_redirect_makes_the_chain_temporary(
    host: Host, fetcher: Fetcher
) -> None:
    host.redirect("/a", "/b", status=301)
    host.redirect("/b", "/c", status=302)
    url = host.text("/c", BODY)
    fetched = await fetcher.get(host.base + "/a")
    assert (fetched.permanent_url, fetched.final_url) == ("", url)


async def test_redirects_that_go_round_are_left(host: Host, fetcher: Fetcher) -> None:
    host.redirect("/a", "/b")
    url = host.redirect("/b", "/a")
    assert await kind_of(fetcher, url) == "redirects"
    assert len(host.requests) == 2


async def test_endless_redirects_are_left(host: Host, fetcher: Fetcher) -> None:
    for number in range(20):
        host.redirect(f"/{number}", f"/{number + 1}")
    assert await kind_of(fetcher, host.base + "/0") == "redirects"
    assert len(host.requests) == 6


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data", "http://0x7f.2:1/", "file:///etc/passwd"]
)
async def test_a_redirect_to_a_closed_address_is_refused(
    host: Host, settings: FetchSettings, target: str
) -> None:
    url = host.redirect("/f", target)
    async with Fetcher(replace(settings, allow_networks=("127.0.0.1/32",))) as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.get(url)
    assert len(host.requests) == 1


async def test_a_name_that_resolves_inside_is_refused_when_dialled(settings: FetchSettings) -> None:
    names = Names({"harmless.test": ["127.0.0.1"]})
    async with Fetcher(replace(settings, allow_networks=()), resolver=names) as fetcher:
        with pytest.raises(AddressRefused, match="private or reserved"):
            await fetcher.get("http://harmless.test/feed")


async def test_a_name_that_is_rebound_between_two_hops_is_refused(
    host: Host, settings: FetchSettings
) -> None:
    port = host.base.rsplit(":", 1)[1]
    host.redirect("/f", f"http://second.test:{port}/private")
    host.text("/private", "secret")
    names = Names({"first.test": ["127.0.0.1"], "second.test": ["127.0.0.9"]})
    opened = replace(settings, allow_networks=("127.0.0.1/32",))
    async with Fetcher(opened, resolver=names) as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.get(f"http://first.test:{port}/f")
    assert [request.path for request in host.requests] == ["/f"]


async def test_secret_headers_stay_with_their_host(host: Host, settings: FetchSettings) -> None:
    port = host.base.rsplit(":", 1)[1]
    host.redirect("/same", "/elsewhere")
    host.redirect("/elsewhere", f"http://other.test:{port}/f")
    host.text("/f", BODY)
    names = Names({"first.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]})
    async with Fetcher(settings, resolver=names) as fetcher:
        await fetcher.get(f"http://first.test:{port}/same", headers=[("X-Key", "s3cret")])
    sent = [request.headers.get("X-Key") for request in host.requests]
    assert sent == ["s3cret", "s3cret", None]


async def test_no_secret_is_in_an_error(host: Host, fetcher: Fetcher) -> None:
    url = host.text("/f", "", status=403).replace("http://", "http://user:hunter2@") + "?key=s3cret"
    with pytest.raises(FetchError) as caught:
        await fetcher.get(url)
    said = f"{caught.value} {caught.value.remedy}"
    assert "hunter2" not in said
    assert "s3cret" not in said


async def test_user_and_password_in_the_address_are_sent(host: Host, fetcher: Fetcher) -> None:
    url = host.text("/f", BODY)
    await fetcher.get(url.replace("http://", "http://user:hunter2@"))
    assert host.requests[0].headers["Authorization"].startswith("Basic ")


async def test_an_unknown_name_is_a_failure_of_dns(settings: FetchSettings) -> None:
    async with Fetcher(settings, resolver=Names({})) as fetcher:
        assert await kind_of(fetcher, "http://nowhere.test/") == "dns"


async def test_a_closed_port_is_a_failure_to_connect(fetcher: Fetcher) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert await kind_of(fetcher, f"http://127.0.0.1:{port}/") == "connect"


async def test_endless_headers_are_given_up(settings: FetchSettings) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while True:
                writer.write(b"X-Header: " + b"a" * 1000 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Fetcher(settings) as fetcher:
        with pytest.raises(FetchError, match="endless headers"):
            await fetcher.get(f"http://127.0.0.1:{port}/")


async def test_a_proxy_is_asked_for_everything(host: Host, settings: FetchSettings) -> None:
    host.text("/feed", BODY)
    proxied = replace(settings, proxy=host.base, allow_networks=())
    async with Fetcher(proxied) as fetcher:
        fetched = await fetcher.get("http://far-away.test/feed")
        assert fetched.body == BODY
        for closed in ("http://169.254.169.254/latest", "http://localhost:631/", "http://[::1]/"):
            with pytest.raises(AddressRefused):
                await fetcher.get(closed)
    assert len(host.requests) == 1
    assert host.requests[0].headers["Host"] == "far-away.test"


@pytest.fixture
async def secure_url() -> AsyncIterator[str]:
    """A host with a certificate of its own authority, for the name secure.test."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=BODY)

    app = web.Application()
    app.router.add_get("/f", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield f"https://secure.test:{runner.addresses[0][1]}/f"
    await runner.cleanup()


async def test_a_certificate_of_an_unknown_authority_is_a_failure_of_tls(
    secure_url: str, settings: FetchSettings
) -> None:
    async with Fetcher(settings, resolver=Names({"secure.test": ["127.0.0.1"]})) as fetcher:
        with pytest.raises(FetchError, match="self-signed") as caught:
            await fetcher.get(secure_url)
    assert caught.value.kind == "tls"
    assert "ca_file" in caught.value.remedy


async def test_an_authority_of_ones_own_is_trusted_when_named(
    secure_url: str, settings: FetchSettings
) -> None:
    own = replace(settings, ca_file=str(TLS / "cert.pem"))
    names = Names({"secure.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]})
    async with Fetcher(own, resolver=names) as fetcher:
        assert (await fetcher.get(secure_url)).body == BODY
        assert await kind_of(fetcher, secure_url.replace("secure", "other")) == "tls"


async def test_a_ca_file_that_is_missing_is_told_at_the_start(settings: FetchSettings) -> None:
    with pytest.raises(OSError, match="No such file"):
        Fetcher(replace(settings, ca_file="/nowhere/ca.pem"))
