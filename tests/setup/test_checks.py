from __future__ import annotations

import importlib.util
import platform
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.setup import checks
from bot.setup.errors import MachineError
from bot.setup.settings import Settings


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def settings(**ports: int) -> Settings:
    free = {"port": 0, "rasa_port": 0, "actions_port": 0}
    return Settings(root=Path("/"), home=Path("/"), shop=Path("/"), **{**free, **ports})


def test_a_port_in_use_names_the_port_and_the_setting(taken: int) -> None:
    with pytest.raises(MachineError, match=rf"^Port {taken} is in use .*: RAPPORT_PORT={taken + 10} make up$"):
        checks.check_ports(settings(port=taken))
    with pytest.raises(MachineError, match=rf"RAPPORT_RASA_URL=http://127.0.0.1:{taken + 10} make up$"):
        checks.check_ports(settings(rasa_port=taken))
    with pytest.raises(MachineError, match=rf"RAPPORT_ACTIONS_URL=http://127.0.0.1:{taken + 10} make up$"):
        checks.check_ports(settings(actions_port=taken))
    checks.check_ports(settings())


def test_a_host_that_is_not_this_one() -> None:
    with pytest.raises(MachineError, match=r"Nothing can listen on 192\.0\.2\.1 here .*RAPPORT_HOST"):
        checks.check_ports(Settings(root=Path("/"), home=Path("/"), shop=Path("/"), host="192.0.2.1", port=0))


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=2_100_000_000))
    with pytest.raises(MachineError, match=r"has 2\.1 GB free; this needs about 4\.5 GB"):
        checks.check_space(tmp_path, 4.5)
    checks.check_space(tmp_path, 2.0)


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    checks.check_writable(tmp_path / "new" / "folder")
    assert list((tmp_path / "new" / "folder").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(MachineError, match=r"file/home cannot be written to: Not a directory\.$"):
        checks.check_writable(tmp_path / "file" / "home")


def test_python_without_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    checks.check_venv()
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    with pytest.raises(MachineError, match=r"venv module is missing.*apt-get install python3\.11-venv"):
        checks.check_venv()


def test_another_kind_of_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(MachineError, match="Linux on x86-64; this is linux on riscv64"):
        checks.check_platform()
