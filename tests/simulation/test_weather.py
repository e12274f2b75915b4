"""Trouble on the way to the mail server, real and simulated."""

import random
import smtplib

import pytest

from core.errors import Unavailable, Uncertain
from core.providers.email.port import Accepted, Email
from core.providers.verdict import Verdict
from core.simulation import servers
from core.simulation.weather import Unsteady, Weather


class Postbag:
    """A sender that keeps what it is given."""

    name = "postbag"
    honours_keys = True

    def __init__(self) -> None:
        self.sent: list[Email] = []
        self.closed = False

    def send(self, email: Email) -> Accepted:
        self.sent.append(email)
        return Accepted(self.name, None, {})

    def check(self) -> Verdict:
        raise NotImplementedError

    def close(self) -> None:
        self.closed = True


EMAIL = Email(
    key="1:2:3",
    header_id="<1@studio.example>",
    from_address="nora@studio.example",
    from_name="Nora",
    to_address="anna@firm.example",
    to_name="Anna",
    subject="Hello",
    text="Hello",
    html=None,
    headers=(),
)


@pytest.mark.parametrize(
    ("weather", "error", "went_out"),
    [
        (Weather(refused=1000), Unavailable, 0),
        (Weather(lost_before=1000), Uncertain, 0),
        (Weather(lost_after=1000), Uncertain, 1),
    ],
    ids=["refused", "lost before", "lost after"],
)
def test_weather_says_what_real_senders_say(
    weather: Weather, error: type[Exception], went_out: int
) -> None:
    bag = Postbag()

    with pytest.raises(error):
        Unsteady(bag, weather, random.Random(1)).send(EMAIL)

    assert len(bag.sent) == went_out


def test_in_fair_weather_everything_goes_through() -> None:
    bag = Postbag()
    sender = Unsteady(bag, Weather(), random.Random(1))

    accepted = sender.send(EMAIL)
    sender.close()

    assert accepted.provider == "postbag"
    assert bag.sent == [EMAIL]
    assert bag.closed


def test_the_server_takes_the_data_and_hangs_up() -> None:
    with servers.breaking_off() as port:
        connection = smtplib.SMTP("127.0.0.1", port, timeout=5)

        with pytest.raises(smtplib.SMTPServerDisconnected):
            connection.sendmail("a@a.example", ["b@b.example"], "Subject: x\r\n\r\nx\r\n")


def test_the_server_speaks_smtp_to_the_end() -> None:
    with servers.breaking_off() as port, smtplib.SMTP("127.0.0.1", port, timeout=5) as connection:
        assert connection.noop()[0] == 250


def test_nobody_listens_where_the_demo_s_server_is_gone() -> None:
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", servers.DEAD, timeout=5)
