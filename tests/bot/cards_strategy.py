"""Cards with whatever strangers may write in them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.cards import (
    Block,
    Button,
    Card,
    Divider,
    Fields,
    Line,
    Quote,
    Span,
    Table,
    Text,
    Tone,
)

HOSTILE = (
    "@everyone @here <@1> <@&2> <#3> <!channel> <!here> <!subteam^S1> <U123>",
    "**b** __u__ *i* _i_ ~~s~~ ||spoiler|| `code` ```block``` ~strike~",
    "[label](https://evil.example) <https://evil.example|label> https://evil.example/x_y_z",
    "discord.gg/abc discord.com/invite/abc http://a.b <t:1:R> <:e:1> :smile: </cmd:1> <id:guide>",
    "# heading", "  ## heading", "-# small", "> quote", ">>> quote", "- list", "* list", "1. list",
    "12) list", "\u202eevil\u202c \u2066x\u2069 \u200f عربى עברית", "\x1b[31mred\x1b]8;;http://e\x07",
    "\x00\x07\x08\r\n\u2028\u0085 \ud800 \udfff", "\\", "\\\\*", "&amp; < > & &lt;!here&gt;",
    "", " ", "\u200b", "\u061c\u200e\u200f\u2060\u00ad\u034f", "\u3164\uffa0\u2800",
    "www.evil.example mailto:a@evil.example tel:+15551234 steam://run/1 <mailto:a@b.c> e.example",
    "https:\u200b//e.org http&#58;//e.org [x](<https://evil.example>) ](https://evil.example)",
    "👩‍👩‍👧‍👦 🏴‍☠️ 🇺🇦🇺🇦🇺 ☎️ :+1::skin-tone-6:", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "~~**__||`mixed`||__**~~ ***a*** _*b*_ ~*c*~ ```\n@here\n```", "****", "~~~~", "|| ||", "<>",
    "<!date^1^{date}|x> <!everyone|e> <@W012A3CDE|n> <#C1|general> <!subteam^S1|@g>",
)  # fmt: skip
ADDRESSES = (
    "", "https://example.org/a?b=c&d=e#f", "http://x.y/(a)[b]|c>d<e \n\"'*_~`",
    "javascript:alert(1)", "https://", "data:text/html,x", "https://e.org/" + "y" * 5000,
    "https://[::1", "HTTPS://EXAMPLE.ORG/ü", "file:///etc/passwd", "not an address",
)  # fmt: skip

long_texts = st.sampled_from(("x", "*", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "e\u0301", "1. ", "\u202e", "<@1>")).map(
    lambda piece: piece * (10_000 // len(piece))
)
any_long_texts = st.text(min_size=1, max_size=40).map(lambda s: (s * 10_000)[:10_000])
texts = st.one_of(
    st.sampled_from(HOSTILE),
    long_texts,
    any_long_texts,
    st.text(max_size=200),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=4).map(" ".join),
)
spans = st.builds(
    Span,
    text=texts,
    bold=st.booleans(),
    muted=st.booleans(),
    code=st.booleans(),
    struck=st.booleans(),
    link=st.sampled_from(ADDRESSES),
    time=st.one_of(
        st.none(),
        st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them naive
    ),
)
lines: st.SearchStrategy[Line] = st.lists(spans, max_size=5).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Text, st.lists(lines, max_size=6).map(tuple)),
    st.builds(Quote, text=texts, source=texts, url=st.sampled_from(ADDRESSES)),
    st.builds(Fields, st.lists(st.tuples(texts, lines), max_size=5).map(tuple)),
    st.builds(
        Table,
        columns=st.lists(texts, max_size=4).map(tuple),
        rows=st.lists(st.lists(lines, max_size=4).map(tuple), max_size=5).map(tuple),
    ),
    st.just(Divider()),
)
buttons = st.lists(
    st.builds(
        Button,
        action=st.sampled_from(("details", "timeline", "not_relevant")),
        value=st.just("UKR-142"),
        label=texts,
        danger=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda b: b.action,
).map(tuple)
cards = st.builds(
    Card,
    headline=texts,
    blocks=st.lists(blocks, max_size=8).map(tuple),
    tone=st.sampled_from(Tone),
    buttons=buttons,
    footer=lines,
    void=st.one_of(st.just(""), texts),
)
