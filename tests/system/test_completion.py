"""What the shells themselves offer, with the scripts of `weir completion`."""
import contextlib
import os
import pty
import re
import select
import subprocess
import termios
import time

import pytest

from tests.harness import places

LINES = {
    "weir ke": {"keys"},
    "weir keys ro": {"rotate"},
    "weir keys create --pl": {"--plan"},
    "weir config check /etc/hostn": {"/etc/hostname"},
}


def script_of(shell):
    return subprocess.run([places.binary("weir"), "completion", shell], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("line, offered", LINES.items())
def test_bash_completes(line, offered):
    words = line.split(" ")
    ask = (f"COMP_WORDS=({' '.join(map(repr, words))}); COMP_CWORD={len(words) - 1}; _weir; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    done = subprocess.run(["bash", "--norc", "-c", script_of("bash") + ask], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize("line, offered", LINES.items())
def test_fish_completes(folder, line, offered):
    (folder / "weir.fish").write_text(script_of("fish"))
    done = subprocess.run(["fish", "--no-config", "-c", f"source {folder}/weir.fish; complete -C '{line}'"],
                          capture_output=True, text=True, check=True, env={**os.environ, "HOME": str(folder)})
    assert {each.split("\t")[0] for each in done.stdout.splitlines()} == offered


class Terminal:
    """A shell on a terminal of its own: completion is part of its line editor."""

    def __init__(self, *command, environment):
        self.shown = ""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], command, {**os.environ, **environment})
        termios.tcsetwinsize(self.terminal, (50, 150))

    def type(self, keys):
        os.write(self.terminal, keys.encode())

    def wait(self, text, seconds=20):
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, f"no {text!r} in {self.shown!r}"
            if select.select([self.terminal], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    got = os.read(self.terminal, 65536).decode(errors="replace")
                    self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\a", "", got)

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.process, 0)


def test_zsh_completes(folder):
    (folder / "_weir").write_text(script_of("zsh"))
    shell = Terminal("zsh", "-f", "-i", environment={"TERM": "xterm", "HOME": str(folder)})
    try:
        shell.type(f"fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; PS1='read''y'\n")
        for line, offered in LINES.items():
            shell.wait("ready")
            shell.shown = ""
            shell.type(line)
            shell.wait(line[1:])
            shell.shown = ""
            shell.type("\t")  # once the line is there: zsh takes a tab that comes with more for a pasted one
            shell.wait(offered.copy().pop()[len(line) - line.rindex(" ") - 1:] + " ")
            shell.type("\x15\n")  # the line is cleared: a new prompt
        shell.wait("ready")
        shell.type("weir keys ")
        shell.wait("weir keys ")
        shell.type("\t")
        shell.wait("Give a key a new secret")
    finally:
        shell.close()
