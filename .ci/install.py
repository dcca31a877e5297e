"""Installs into this environment and says how far it is, so that nobody waits at a blank line.

usage: python .ci/install.py REQUIREMENT…    (for example --editable '.[dev]')

Runs before anything is installed: the standard library only.
"""

from __future__ import annotations

import subprocess
import sys
import time

_PIP = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
_STEPS = {
    "Obtaining": "reading the project",
    "Installing build": "getting the build tools",
    "Getting requirements": "reading the project",
    "Collecting": "looking up",
    "Downloading": "downloading",
    "Building": "building",
    "Preparing": "building",
    "Installing collected": "unpacking all packages (the last step)",
}


def main(arguments: list[str]) -> int:
    """Run pip; return its exit code. Its whole output is printed only when it fails."""
    began, found, output = time.monotonic(), 0, list[str]()
    process = subprocess.Popen(  # noqa: S603 - pip of this environment
        [*_PIP, "--progress-bar", "off", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    for line in process.stdout or ():
        output.append(line)
        words = line.split()
        found += line.startswith("Collecting")
        step = next((say for start, say in _STEPS.items() if line.lstrip().startswith(start)), "")
        if step:
            named = step in ("looking up", "downloading") and len(words) > 1
            name = words[1] if named else ""
            took = time.monotonic() - began
            _tell(f"  {found} packages · {took:.0f} s · {step} {name}".rstrip())
    code = process.wait()
    if code:
        _tell("")
        sys.stderr.write("".join(output))
    else:
        _tell(f"  {found} packages installed in {time.monotonic() - began:.0f} s", last=True)
    return code


def _tell(words: str, *, last: bool = False) -> None:
    """Overwrite the line on a terminal; elsewhere write only the last one."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words[:78]}" + ("\n" if last else ""))
    elif last:
        sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
