"""Where things are: the checkout, the build under test, free ports."""
import os
import pathlib
import socket

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("WEIR_BUILD", ROOT / "build" / "release"))


def binary(name):
    """The path of a program of the build: weir, sample_api, bench/load_generator."""
    path = BUILD / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built: scripts/build")
    return str(path)


_recent = []


def free_port():
    """A port of 127.0.0.1 that nobody listens on, and that was not handed out just before."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in _recent:
            _recent.append(port)
            del _recent[:-200]
            return port
    raise RuntimeError("no free port")
