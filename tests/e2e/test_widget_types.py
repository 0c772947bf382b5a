"""The widget's JavaScript passes TypeScript's strict checks. The compiler comes from npm; without it nothing is said."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.gateway.widget import FOLDER

pytestmark = pytest.mark.slow

TYPESCRIPT = "typescript@5.9.3"
OPTIONS = {
    "allowJs": True,
    "checkJs": True,
    "noEmit": True,
    "strict": True,
    "target": "ES2024",
    "module": "ESNext",
    "moduleResolution": "bundler",
    "lib": ["ESNext", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    "types": [],
}


def test_types_fit(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm")
    install = [npm, "install", "--no-audit", "--no-fund", "--silent", TYPESCRIPT]
    if subprocess.run(install, cwd=tmp_path, capture_output=True, check=False, timeout=120).returncode:
        pytest.skip("npm cannot fetch TypeScript")
    files = [str(FOLDER / name) for name in ("shop-chat.js", "panel.js")]
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": OPTIONS, "files": files}), encoding="utf-8")
    checker = tmp_path / "node_modules" / ".bin" / "tsc"
    done = subprocess.run([checker, "-p", tmp_path], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
