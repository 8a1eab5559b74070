"""Many clients of a running server at the same moment."""

import http.client
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

from tests.helpers.players.client import Answer, Call

_TRIES, _UNAVAILABLE = 3, 503


def over_http(url: str) -> Callable[[Call], Answer]:
    """Give what carries a client's calls to the server at `url`, from any thread.

    It comes again, as clients do, where the store had no time for it: the machine may have other things to do. That
    nobody is told 503 without a reason is the simulation's to judge.
    """
    host = urlsplit(url).netloc

    def send(call: Call) -> Answer:
        answer = ask(call)
        for _ in range(_TRIES - 1):
            if answer.status != _UNAVAILABLE:
                break
            answer = ask(call)
        return answer

    def ask(call: Call) -> Answer:
        method, path = call.route.split(" ")
        connection = http.client.HTTPConnection(host, timeout=30)
        headers = {"content-type": "application/json", **call.headers}
        connection.request(method, f"{path}?{call.query}", call.body.encode(), headers)
        response = connection.getresponse()
        answer = Answer(response.status, dict(response.getheaders()), json.loads(response.read()))
        connection.close()
        return answer

    return send


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Make all calls at the same moment, each in a thread of its own, and give the answers in the same order."""
    barrier = Barrier(len(calls))

    def start(call: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))
