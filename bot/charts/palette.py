"""Colours and shapes that are told apart without red and green, in print and on a telephone.

The qualitative colours are those of Okabe and Ito ("Color Universal Design", 2008); the stages are
one hue from pale to dark, so that their order shows in grey too.
"""

ACTORS = (("#0072B2", "o"), ("#D55E00", "s"), ("#007A5A", "D"), ("#8A5A83", "^"))
"""Colour and symbol of each actor of a timeline."""

STAGES = ("#E6ECF2", "#CFDDEA", "#AFC9E0", "#86AFD2", "#5589BD", "#2B65A0", "#0E3B72")
"""Stages 0 to 6."""

DARK_FROM = 4
"""From this stage on, what stands on the colour is white."""

_STRIPES_DARK_BELOW = 3


def stripes(stage: int) -> str:
    """What shows on a stage's colour."""
    return "#9AA9BA" if stage < _STRIPES_DARK_BELOW else "#FFFFFF"


WEEKS = {
    "more": "#0072B2",
    "kept": "#B5DBF3",
    "open": "#D9A227",
    "refused": "#C98BB0",
    "less": "#D55E00",
}
"""What a group of directions is drawn in."""

WHITE_ON = frozenset({"more", "less"})
"""Groups dark enough for white numbers."""
