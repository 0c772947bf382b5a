"""How a benchmark writes its figures down: with the machine, the commit and the data that they belong to."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).parent / "results"


def write_result(name: str, *, data: str, licence: str, n: int, metrics: Mapping[str, Any]) -> Path:
    """Writes results/<name>.json and returns its path."""
    result = {
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "data": data,
        "licence": licence,
        "n": n,
        "metrics": metrics,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def percentiles(times_ms: Sequence[float]) -> dict[str, float]:
    """p50, p95 and p99 in ms, with the 95 % interval of the median by resampling."""
    values = np.asarray(times_ms)
    draws = np.median(np.random.default_rng(1).choice(values, size=(500, len(values))), axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    figures = {"p50_ms": p50, "p50_low_ms": low, "p50_high_ms": high, "p95_ms": p95, "p99_ms": p99}
    return {key: round(float(value), 3) for key, value in figures.items()}


def resident_mb(pid: int) -> float:
    """Memory that a process and its children hold, in MB."""
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return own / 1024 + sum(resident_mb(int(child)) for child in children if Path(f"/proc/{child}/status").exists())


def _commit() -> str:
    return subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
