"""The limiter against models written by others or knowing nothing of counters, over random requests.

The real limiter runs in a small process of its own (tests/drivers/limiter_driver.cc), which is killed with
SIGKILL every now and then: what it admitted must count all the same.

One fixed window with cost 1 is where python3-limits means the same, so there it is the judge. Elsewhere it
differs (it charges refused requests too, and one window at a time), and the models below judge: they keep every
admitted request and apply the sentences of docs/limits.md.
"""
import math
import os
import random
import subprocess
from fractions import Fraction

import limits
import limits.storage.memory
import pytest

from tests.harness import places

TICK = 15_625_000  # ns: 1/64 s, exact in the floating point of python3-limits
TICKS = 64         # a second
SEED = int(os.environ.get("WEIR_SEED", random.randrange(1 << 32)))


class Driver:
    """The limiter in a process; answers as (admitted, refused window, retry, [(limit, remaining, reset)])."""

    def __init__(self, file, algorithm, windows):
        self.command = [places.binary("tests/drivers/limiter_driver"), str(file), algorithm,
                        *(f"w{i}:{seconds}:{limit}" for i, (seconds, limit) in enumerate(windows))]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def take(self, key, cost, tick):
        self.process.stdin.write(f"{key} {cost} {tick * TICK}\n")
        self.process.stdin.flush()
        fields = self.process.stdout.readline().split()
        assert len(fields) >= 6, "the driver ended"
        numbers = [int(f) for f in fields[3:]]
        windows = list(zip(numbers[0::3], numbers[1::3], numbers[2::3]))
        return fields[0] == "1", None if fields[1] == "-" else int(fields[1]), int(fields[2]), windows

    def kill(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def driver(folder):
    started = []

    def start(algorithm, windows):
        started.append(Driver(folder / f"counters{len(started)}", algorithm, windows))
        return started[-1]

    yield start
    for each in started:
        each.kill()


class FixedModel:
    """The first request in an idle window opens it; what is admitted counts until the window ends."""

    def __init__(self, seconds, limit):
        self.length, self.limit, self.admitted = seconds * TICKS, limit, []

    def counting(self, now):
        """The admitted requests of the window that is open, if one is."""
        is_open = self.admitted and now < self.admitted[0][0] + self.length
        return self.admitted if is_open else []

    def used(self, now):
        return sum(cost for _, cost in self.counting(now))

    def reset(self, now):
        counting = self.counting(now)
        return math.ceil(Fraction(counting[0][0] + self.length - now, TICKS)) if counting else 0

    def charge(self, cost, now):
        self.admitted = self.counting(now) + [(now, cost)]


class SlidingModel:
    """Windows follow one another from the first request on; the last one's requests weigh what still overlaps."""

    def __init__(self, seconds, limit):
        self.length, self.limit, self.origin, self.admitted = seconds * TICKS, limit, 0, []

    def index(self, at):
        return (at - self.origin) // self.length

    def used(self, now):
        here = self.index(now)
        current = sum(cost for at, cost in self.admitted if self.index(at) == here)
        last = sum(cost for at, cost in self.admitted if self.index(at) == here - 1)
        overlap = Fraction(self.length - (now - self.origin) % self.length, self.length)
        return current + math.ceil(last * overlap)

    def reset(self, now):
        if self.used(now) == 0:
            return 0
        gone = self.origin + (self.index(self.admitted[-1][0]) + 2) * self.length
        return math.ceil(Fraction(gone - now, TICKS))

    def charge(self, cost, now):
        if self.used(now) == 0:
            self.origin, self.admitted = now, []
        self.admitted = [(at, c) for at, c in self.admitted if self.index(at) >= self.index(now) - 1]
        self.admitted.append((now, cost))


def requests(rng, keys, count, pause_max):
    """(key, tick) of a random walk: bursts, short pauses, and now and then one longer than every window."""
    tick = TICKS
    for _ in range(count):
        if rng.random() < 0.3:
            tick += rng.randrange(TICKS)
        if rng.random() < 0.02:
            tick += rng.randrange(pause_max * TICKS)
        yield rng.randrange(1, keys + 1), tick


@pytest.mark.parametrize("run", range(4))
def test_one_fixed_window_decides_as_python3_limits(driver, monkeypatch, run):
    rng = random.Random(SEED + run)
    print(f"WEIR_SEED={SEED} run {run}")
    seconds, limit = rng.randrange(1, 30), rng.randrange(1, 30)
    now = 0.0

    class Clock:
        @staticmethod
        def time():
            return now

    storage = limits.storage.MemoryStorage()
    monkeypatch.setattr(storage, "_MemoryStorage__schedule_expiry", lambda: None)  # its thread would race the clock
    storage.timer.join()
    monkeypatch.setattr(limits.storage.memory, "time", Clock)
    judge = limits.strategies.FixedWindowRateLimiter(storage)
    item = limits.RateLimitItemPerSecond(limit, seconds)
    weir = driver("fixed", [(seconds, limit)])
    for step, (key, tick) in enumerate(requests(rng, 5, 2500, 2 * seconds)):
        now = tick / TICKS
        if rng.random() < 0.005:
            weir.kill()
            weir.start()
        wanted = judge.hit(item, str(key))
        _, remaining = judge.get_window_stats(item, str(key))
        reset = math.ceil(storage.expirations[item.key_for(str(key))] - now)
        admitted, refused, retry, windows = weir.take(key, 1, tick)
        assert (admitted, windows) == (wanted, [(limit, remaining, reset)]), f"step {step}"
        assert (refused, retry) == ((None, 0) if wanted else (0, reset)), f"step {step}"


@pytest.mark.parametrize("run", range(4))
@pytest.mark.parametrize("algorithm, model", [("fixed", FixedModel), ("sliding", SlidingModel)])
def test_several_windows_decide_as_the_model(driver, algorithm, model, run):
    rng = random.Random(SEED + run)
    print(f"WEIR_SEED={SEED} run {run}")
    windows = [(rng.randrange(1, 40), rng.randrange(1, 60)) for _ in range(rng.randrange(1, 8))]
    keys = {key: [model(*window) for window in windows] for key in range(1, 4)}
    weir = driver(algorithm, windows)
    for step, (key, tick) in enumerate(requests(rng, 3, 2500, 80)):
        if rng.random() < 0.005:
            weir.kill()
            weir.start()
        cost = rng.choice([0, 1, 1, 1, 1, 2, 5, 13])
        models = keys[key]
        over = [i for i, m in enumerate(models) if cost > 0 and m.used(tick) + cost > m.limit]
        if not over and cost > 0:
            for m in models:
                m.charge(cost, tick)
        wanted = [(m.limit, max(0, m.limit - m.used(tick)), m.reset(tick)) for m in models]
        admitted, refused, retry, seen = weir.take(key, cost, tick)
        assert (admitted, refused) == (not over, over[0] if over else None), f"step {step}"
        assert seen == wanted, f"step {step}"
        if over and cost <= models[over[0]].limit:
            # Alone until then, a request of that cost finds room in the window that refused, and not a second earlier.
            m = models[over[0]]
            assert m.used(tick + retry * TICKS) + cost <= m.limit, f"step {step}"
            assert retry == 1 or m.used(tick + (retry - 1) * TICKS) + cost > m.limit, f"step {step}"
