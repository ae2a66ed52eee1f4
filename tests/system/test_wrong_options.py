"""Wrong values for every option of every command: exit status 1 to 3 with a sentence, never a crash.

What is tried is made from the help, so a command added is covered without a word here.
"""
import concurrent.futures
import os
import re
import subprocess

import pytest

from tests.harness import places

VALUES = ["", "-1", "99999999999999999999", "x" * 5000, "\x01\x7f", "💥 {}\";--", "1e309", "NaN", "../../etc/passwd",
          "9999-99-99T99:99:99Z"]
LONGEST_SECONDS = 20
OPTION = re.compile(r"^  (?:-\w,)?(--[\w-]+) ([A-Z]\S*)(.*)$", re.MULTILINE)
COMMAND = re.compile(r"^  ([a-z][\w-]*) {2,}\S", re.MULTILINE)


def run(*arguments, folder=None):
    return subprocess.run([places.binary("weir"), *arguments], capture_output=True, text=True, errors="replace",
                          timeout=LONGEST_SECONDS, stdin=subprocess.DEVNULL, cwd=folder,
                          env={**os.environ, "WEIR_DATA_DIR": str(folder / "data")} if folder else None)


def commands(*path):
    """(path, help) of every command without commands of its own. `serve` goes on; its file is checked by `config check`."""
    text = run(*path, "--help").stdout
    listed = text.partition("Subcommands:")[2].partition("Examples:")[0]
    below = COMMAND.findall(listed)
    if not below and path != ("serve",):
        yield path, text
    for name in below:
        yield from commands(*path, name)


EVERY = list(commands())


def needs(done):
    """Whether an argument was refused before the odd one was looked at."""
    return "not expected" in done.stderr or " not in {" in done.stderr


def complete(path, text, options):
    """The command with what it needs beside `options`."""
    positional = re.search(r"^Usage: weir (.*)$", text, re.MULTILINE).group(1).split()[len(path):]
    needed = [part.strip("[].") for part in positional if part not in ("[OPTIONS]", "SUBCOMMAND")]
    required = [word for name, _, rest in OPTION.findall(text) if "REQUIRED" in rest and name not in options
                for word in (name, "1")]
    return [*path, *options, *required, *("1" for _ in needed)]


def judge(arguments, done):
    what = f"weir {' '.join(arguments)[:200]!r} -> {done.returncode}: {done.stderr[:500]!r}"
    assert done.returncode in (0, 1, 2, 3), what
    for word in ("std::", "terminate", "boost", "Sanitizer", "what():", "Internal server error"):
        assert word not in done.stderr, what
    if done.returncode != 0:
        assert len(done.stderr.strip()) > 8 and " " in done.stderr.strip(), f"{what} is no sentence"


@pytest.mark.parametrize("path, text", EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_options(shared_weir, path, text):
    tried = []
    for name, kind, _ in OPTION.findall(text):
        tried += [complete(path, text, [f"{name}={value}"]) for value in VALUES]
        tried.append(complete(path, text, [name]))  # the value is missing, or is another option's
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for arguments, done in zip(tried, pool.map(lambda each: run(*each, folder=shared_weir.folder), tried)):
            judge(arguments, done)
    for arguments, wrong in ((complete(path, text, ["--nonsense"]), "--nonsense"),
                             (complete(path, text, ["--nonsense=1"]), "--nonsense"),
                             ([*complete(path, text, []), "one", "two", "three-too-many"], "three-too-many")):
        done = run(*arguments, folder=shared_weir.folder)
        judge(arguments, done)
        assert done.returncode == 2 and (wrong in done.stderr or needs(done)), (arguments, done.stderr)
    assert shared_weir.api("GET", "/keys") is not None
