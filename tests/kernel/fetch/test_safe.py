"""Nobody reaches our own network through us, and nothing too big or too slow comes in."""

from __future__ import annotations

import gzip
import http.server
import threading
import time

import pytest

from maillage.kernel.fetch import safe
from maillage.kernel.fetch.addresses import is_public
from maillage.kernel.fetch.safe import FetchError, Policy, fetch

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "198.18.0.1", "168.63.129.16", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8%lo", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::",
    "2001:0:1::1", "2001:db8::1", "::7f00:1", "localhost", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_known(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "193.51.208.13", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_known(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "http://", "http://user:word@example.org/", "http://example.org:22/", "gopher://x/",
        "http://example.org/\r\nHost: x", "javascript:alert(1)", "http://[::1", "https://example.org:99999/", "x" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_before_any_connection(url, monkeypatch):
    monkeypatch.setattr(safe, "_resolve", lambda *_a: pytest.fail("asked the resolver"))
    with pytest.raises(FetchError):
        fetch(url, size_bytes_max=10, seconds_max=1)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "http://localhost/", "http://0/"]
)
def test_names_of_the_machine_itself_are_refused(url):
    with pytest.raises(FetchError):
        fetch(url, size_bytes_max=10, seconds_max=2)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    monkeypatch.setattr(safe, "_resolve", lambda *_a: ["93.184.216.34", "10.0.0.7"])
    with pytest.raises(FetchError, match=r"priv"):
        fetch("http://rebind.example/", size_bytes_max=10, seconds_max=1)


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        answer = getattr(self, f"get_{self.path.strip('/').split('?')[0]}", None)
        if answer is None:
            self.send_error(404)
        else:
            answer()

    def say(self, body=b"", status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def get_plain(self):
        self.say(
            b"nom;ville\n",
            Content_Type="text/csv; charset=utf-8",
            Content_Disposition='attachment; filename="../../liste.csv"',
        )

    def get_host(self):
        self.say(self.headers["Host"].encode())

    def get_loop(self):
        self.say(status=302, Location="/loop")

    def get_inward(self):
        self.say(status=302, Location="http://10.0.0.1/secret")

    def get_moved(self):
        self.say(status=301, Location="/plain")

    def get_bomb(self):
        self.say(gzip.compress(b"0" * 3_000_000), Content_Encoding="gzip")

    def get_endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b"x" * 10_000)
        except OSError:
            pass

    def get_slow(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(30):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    def log_message(self, *_args):
        pass


@pytest.fixture
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield (
        f"http://127.0.0.1:{server.server_port}",
        Policy((server.server_port, 80), lambda address: address == "127.0.0.1"),
    )
    server.shutdown()
    server.server_close()


def get(site, path, **bounds):
    base, policy = site
    return fetch(f"{base}/{path}", policy=policy, **({"size_bytes_max": 100_000, "seconds_max": 5} | bounds))


def test_a_file_comes_with_its_kind_and_a_harmless_name(site):
    with get(site, "moved").file as file:
        assert file.read() == b"nom;ville\n"
    fetched = get(site, "plain")
    fetched.file.close()
    assert (fetched.media_type, fetched.charset, fetched.filename) == ("text/csv", "utf-8", "liste.csv")


def test_the_connection_is_made_to_the_address_that_was_checked(site, monkeypatch):
    base, policy = site
    port = base.rsplit(":", 1)[1]
    monkeypatch.setattr(safe, "_resolve", lambda *_a: ["127.0.0.1"])
    fetched = fetch(f"http://nowhere.invalid:{port}/host", size_bytes_max=1000, seconds_max=3, policy=policy)
    with fetched.file as file:
        assert file.read().decode() == f"nowhere.invalid:{port}"


@pytest.mark.parametrize(
    ("path", "bounds"),
    [
        ("loop", {}),
        ("inward", {}),
        ("absent", {}),
        ("bomb", {}),
        ("endless", {}),
        ("slow", {"seconds_max": 0.5}),
        ("plain", {"media_types": ["application/json"]}),
        ("plain", {"size_bytes_max": 3}),
    ],
)
def test_loops_bombs_and_slowness_end_in_a_sentence(site, path, bounds):
    with pytest.raises(FetchError) as refused:
        get(site, path, **bounds)
    assert str(refused.value.sentence)
