"""Where webhooks never go, in every spelling; and that the address checked is the one used."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.actions import subscription as verbs
from notifications.webhooks import sending, targets
from notifications.webhooks.sending import Request
from notifications.webhooks.targets import Unfit

PUBLIC = "93.184.215.14"

URLS = """
http://hooks.example.com/
ftp://hooks.example.com/
https://127.0.0.1/
https://2130706433/
https://0x7f000001/
https://0x7f.1/
https://0177.0.0.1/
https://017700000001/
https://127.1/
https://127.0.0.1./
https://１２７.0.0.1/
https://①②⑦.0.0.1/
https://0/
https://0.0.0.0/
https://[::1]/
https://[::ffff:127.0.0.1]/
https://[64:ff9b::7f00:1]/
https://[2606:4700::1]/
https://93.184.215.14/
https://localhost/
https://localhost./
https://printer.local/
https://metadata.google.internal/
https://db.svc.cluster.local/
https://1.0.0.127.in-addr.arpa/
https://intranet/
https://user@hooks.example.com/
https://user:secret@hooks.example.com/
https://hooks.example.com@127.0.0.1/
https://127.0.0.1#@hooks.example.com/
https://hooks.example.com:8443/
https://hooks.example.com:22/
https://hooks.example.com:99999/
https://hooks.example.com\\@127.0.0.1/
https:///path
https://
javascript:alert(1)
hooks.example.com
https://hooks.example.com/ two
""".strip().splitlines()

ADDRESSES = """
0.0.0.0 0.1.2.3 10.1.2.3 100.64.0.1 100.127.255.254 127.0.0.1 127.8.8.8 169.254.169.254
172.16.0.1 172.31.255.254 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1
2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1
2130706433 0177.0.0.1 127.1 0x7f.1 nonsense
""".split()


@pytest.mark.rule("API-109")
@pytest.mark.parametrize("url", URLS)
def test_no_address_of_this_kind_is_taken(url: str) -> None:
    with pytest.raises(Unfit):
        targets.check(url, lambda host, port: [PUBLIC])


@pytest.mark.rule("API-110")
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_name_that_leads_inside_is_taken(address: str) -> None:
    assert not targets.is_public(address)
    for found in ([address], [PUBLIC, address]):
        with pytest.raises(Unfit):
            targets.check("https://hooks.example.com/", lambda host, port, found=found: found)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "2a00:1450:4001::5"])
def test_public_addresses_are_public(address: str) -> None:
    assert targets.is_public(address)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hooks.example.com/a?b=c", "hooks.example.com"),
        ("https://HOOKS.example.com:443", "hooks.example.com"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
    ],
)
def test_public_names_are_taken(url: str, host: str) -> None:
    asked = []
    targets.check(url, lambda name, port: asked.append((name, port)) or [PUBLIC])
    assert asked == [(host, 443)]


@given(st.text(max_size=60), st.text(max_size=20))
def test_whatever_is_written_is_taken_or_refused(host: str, path: str) -> None:
    try:
        target = targets.read(f"https://{host}/{path}")
    except Unfit:
        return
    assert target.host.isascii()
    assert "." in target.host


def test_test_targets_count_in_a_sandbox_only(settings) -> None:
    settings.WEBHOOK_TEST_TARGETS = ["127.0.0.1:8080"]
    targets.check("http://127.0.0.1:8080/")
    settings.SANDBOX = False
    with pytest.raises(Unfit):
        targets.check("http://127.0.0.1:8080/")


@pytest.mark.rule("API-111")
def test_a_name_that_moves_inside_after_the_check_gets_no_connection(receiver, settings) -> None:
    """Public when it was subscribed, this machine when it is sent to (three times, three ways)."""
    settings.WEBHOOK_PORTS = [receiver.port]
    settings.WEBHOOK_TEST_TARGETS = []
    url = f"https://hooks.example.com:{receiver.port}/"
    for answers in ([["127.0.0.1"]], [["::1", "127.0.0.1"]], [[PUBLIC, "127.0.0.1"], [PUBLIC]]):
        later = iter(answers)
        targets.check(url, lambda host, port: [PUBLIC])
        outcome = sending.send(Request(url, {}, b"{}"), lambda host, port: next(later))  # noqa: B023
        assert "public internet" in outcome.error
    assert receiver.taken == []


@pytest.mark.rule("API-111")
def test_the_name_is_looked_up_once_for_one_delivery(receiver, monkeypatch, settings) -> None:
    """What is connected to is what the check saw, not what a second look would say."""
    settings.WEBHOOK_CONNECT_SECONDS = 0.3
    seen, connected = [], []
    plain = sending.httpcore2.SyncBackend.connect_tcp

    def watch(self, host, *args, **kwargs):
        connected.append(host)
        return plain(self, "127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(sending.httpcore2.SyncBackend, "connect_tcp", watch)
    request = Request("https://hooks.example.com/", {}, b"{}")
    sending.send(request, lambda host, port: seen.append(host) or [PUBLIC])
    assert (seen, connected) == (["hooks.example.com"], [PUBLIC])


def test_a_resolver_that_hangs_is_not_waited_for(settings) -> None:
    settings.WEBHOOK_CONNECT_SECONDS = 0.1
    never = threading.Event()
    with pytest.raises(Unfit) as unfit:
        targets.check("https://hooks.example.com/", lambda host, port: never.wait(3) and [])
    assert unfit.value.code == "hostUnknown"
    never.set()


@pytest.mark.django_db
def test_the_address_is_checked_when_it_is_subscribed(ana) -> None:
    for url in ("https://127.0.0.1/", "https://[::1]/", "http://hooks.example.com/"):
        with pytest.raises(verbs.BadAddress):
            verbs.subscribe(verbs.Wish(url, ("referral-created",)), by=ana)
