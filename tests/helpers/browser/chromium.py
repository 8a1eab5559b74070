"""A real Chromium without a window, driven over its debugging pipe, so that no further package is needed.

https://chromedevtools.github.io/devtools-protocol/. Messages are JSON with a NUL after each; the browser reads them
from its descriptor 3 and writes to 4.
"""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE, DESK = (390, 844), (1280, 900)

_OPTIONS = (
    *("--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--hide-scrollbars", "--disable-background-networking", "--disable-component-update", "--no-proxy-server"),
    *("--disable-sync", "--disable-default-apps", "--mute-audio", "--force-device-scale-factor=1", "--lang=en"),
    # It opens our own pages alone, and its sandbox is not to be had in every place that tests run in.
    *("--no-sandbox", "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
)
_WAIT_SECONDS = 30


def find_chromium() -> str | None:
    """Give the path of this machine's browser, None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page of the browser."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads, self._writes = reads, writes
        self._buffer = b""
        self._last = 0
        self._session = ""
        self.complaints: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and give its result; events that come meanwhile are looked at for complaints."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        message |= {"sessionId": self._session} if self._session else {}
        os.write(self._writes, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._last:
            self._note(answer)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def look(self, size: tuple[int, int] = DESK, *, dark: bool = False) -> None:
        """Be as large as this, and light or dark."""
        width, height = size
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.send("Emulation.setEmulatedMedia", features=features)

    def go(self, url: str) -> None:
        """Open a page and wait until it is there."""
        self.send("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:  # noqa: ANN401 (JSON)
        """Give what a script of the test's own comes to in the page."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until a condition holds in the page."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while not self.run(f"(() => {{ try {{ return Boolean({condition}) }} catch {{ return false }} }})()"):
            assert time.monotonic() < deadline, f"never: {condition}\n{self.run('document.body.innerText')}"
            time.sleep(0.05)

    def press(self, key: str, text: str = "") -> None:
        """Press a key, as Tab or Enter."""
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        common = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": codes[key]}
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def tab_to(self, selector: str) -> None:
        """Press Tab until what the selector names has the focus, as who uses no mouse does."""
        for _ in range(200):
            if self.run(f"Boolean(document.activeElement.matches({json.dumps(selector)}))"):
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    def write(self, text: str) -> None:
        """Type a text into what has the focus."""
        self.send("Input.insertText", text=text)

    def picture(self, path: Path) -> Path:
        """Take a picture of the whole page."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 4000), "scale": 1}
        shot = self.send("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot))
        return path

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            more = os.read(self._reads, 1 << 20)
            assert more, "the browser has ended"
            self._buffer += more
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def _note(self, event: Mapping[str, Any]) -> None:
        told = event.get("params", {})
        if event.get("method") == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
        if event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(told["exceptionDetails"]))


@contextmanager
def running(path: str) -> Iterator[Browser]:
    """Run the browser at this path, with a profile of its own, while the block runs."""
    from_us, to_us = os.pipe(), os.pipe()
    with TemporaryDirectory() as profile:
        command = [path, *_OPTIONS, f"--user-data-dir={profile}"]
        # A shell puts the descriptors where the browser looks for them.
        place = f'exec "$@" 3<&{from_us[0]} 4>&{to_us[1]}'
        process = subprocess.Popen(
            ["/bin/bash", "-c", place, "bash", *command],
            pass_fds=(from_us[0], to_us[1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us[0])
        os.close(to_us[1])
        try:
            yield Browser(to_us[0], from_us[1])
        finally:
            process.terminate()
            process.wait(_WAIT_SECONDS)
            os.close(from_us[1])
            os.close(to_us[0])
            time.sleep(0.1)  # its helpers let go of the profile
