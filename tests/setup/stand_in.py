"""A process that answers over HTTP as a part of the shop would, and misbehaves as it is told.

Run as a script. Its folder gets a line "NAME pid" in `started` for each start.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/die":
            os._exit(7)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        sys.stdout.write(f"asked for {self.path}\n")
        sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--slow-s", type=float, default=0.0)
    parser.add_argument("--fail", help="say this and exit with 3")
    parser.add_argument("--fail-after", type=int, help="fail from this start on")
    parser.add_argument("--deaf", action="store_true", help="never answer")
    parser.add_argument("--stubborn", action="store_true", help="ignore SIGTERM")
    parser.add_argument("--child", action="store_true", help="start a process of its own")
    options = parser.parse_args()
    with (options.folder / "started").open("a") as file:
        file.write(f"{options.name} {os.getpid()}\n")
    starts = sum(line.startswith(f"{options.name} ") for line in (options.folder / "started").open())
    if options.fail and starts >= (options.fail_after or 0):
        sys.exit(options.fail)
    if options.stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if options.child:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with (options.folder / "started").open("a") as file:
            file.write(f"{options.name}-child {child.pid}\n")
    time.sleep(options.slow_s)
    if options.deaf:
        threading.Event().wait()
    ThreadingHTTPServer(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
