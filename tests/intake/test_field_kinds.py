"""What a column of one's own holds, by its cells: text wherever that is not sure."""

import pytest

from core.domain.lists import FieldKind
from core.intake import field_kinds

K = FieldKind
PLANS = ("Gold", "Silver") * 6


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("12", "1,200", "-3.5"), K.NUMBER),
        (("01234", "02345", "99999"), K.TEXT),
        (("2026-03-02", "1 Mar 2026", "28.02.2026"), K.DATE),
        (("yes", "no", "Yes", ""), K.YES_NO),
        (("1", "1", "1"), K.NUMBER),
        (("https://a.example/x", "http://b.example", "https://c.example"), K.URL),
        (PLANS, K.CHOICE),
        (("Gold", "Silver", "Bronze"), K.TEXT),
        (("12", ""), K.TEXT),
        (("12", "13", "about 14"), K.TEXT),
        ((), K.TEXT),
        (("=1+1", "<b>", "\x00"), K.TEXT),
    ],
)
def test_a_kind_is_recognised_only_where_every_cell_fits(
    cells: tuple[str, ...], kind: FieldKind
) -> None:
    assert field_kinds.recognised(cells)[0] is kind


def test_the_choices_come_along() -> None:
    assert field_kinds.recognised(PLANS) == (K.CHOICE, ("Gold", "Silver"))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (K.NUMBER, "1'200.5", 1200.5),
        (K.NUMBER, "007", None),
        (K.NUMBER, "9" * 400, None),
        (K.DATE, "3 March 2026", "2026-03-03"),
        (K.DATE, "45000", None),
        (K.YES_NO, "Ja", True),
        (K.YES_NO, "perhaps", None),
        (K.URL, "javascript:alert(1)", None),
        (K.TEXT, " a\x00b ", "ab"),
    ],
)
def test_a_value_is_read_as_its_kind_or_not_at_all(
    kind: FieldKind, text: str, value: object
) -> None:
    assert field_kinds.value(kind, text) == value
