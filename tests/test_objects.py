"""The protocol by which a bucket is committed in object storage: a death at every write, races, and what comes back from the dead."""

import hashlib
import json
import os
import random
import secrets
import threading
import time

import places
import pytest
from places import Crash, Fused, memory

from ingest import StoreError
from ingest.corpus.objects import address, cloud, lease, redo

NAMES = tuple(f"{name}/bucket=017/part-0.parquet" for name in ("documents", "edits", "records", "rejections"))
LEDGER = redo.ledger_name(17)


def content(state: int, name: str) -> bytes:
    return f"{name} of state {state} ".encode() * 50


def body(state: int) -> bytes:
    return json.dumps({"state": state, **{n: hashlib.sha256(content(state, n)).hexdigest() for n in NAMES}}).encode()


def known(place, state):
    """The tables as the writer knows them: those of the ledger that it read."""
    return {name: held.tag for name in NAMES if (held := place.get(name))} if state.body else {}


def write(place, state: int) -> None:
    base = redo.opened(place, 17, NAMES)
    tags = known(place, base)
    changed = [name for name in NAMES if state % 3 or name != NAMES[-1]]
    redo.commit(place, 17, base, body(state), {name: (content(state, name), tags.get(name)) for name in changed})


def standing(place) -> int:
    """The state that is there, whole."""
    found = json.loads(redo.opened(place, 17, NAMES).body)
    for name in NAMES:
        held = place.get(name)
        if found["state"] % 3 or name != NAMES[-1]:
            assert held and held.content == content(found["state"], name), (name, found["state"])
    return found["state"]


def deaths(make, every: int) -> int:
    """A death at each write, before and after it took effect, and of each who completes it; the next writer goes on."""
    counted = Fused(make())
    write(counted.place, 1)
    write(counted, 2)
    cases = 0
    for at in range(1, counted.writes + 1, every):
        for after in (False, True):
            place = make()
            write(place, 1)
            with pytest.raises(Crash):
                write(Fused(place, at, after), 2)
            for step in (*range(1, 12, every), 0):
                try:
                    redo.opened(Fused(place, step, after=True), 17, NAMES)
                except Crash:
                    continue
            assert standing(place) in (1, 2)
            write(place, 4)
            assert standing(place) == 4
            cases += 1
    return cases


def race(make, writers: int, each: int, seed: int) -> tuple[int, int]:
    """Writers at once, some of whom die anywhere; gives how many died and how often one was overtaken."""
    place, died, lost, wrong = make(), [0], [0], []
    write(place, 1)

    def one(writer: int) -> None:
        draw = random.Random(seed * 100 + writer)
        for n in range(each):
            fused = draw.random() < 0.2
            while True:
                who = Fused(place, draw.randint(1, 14), draw.random() < 0.5) if fused else place
                try:
                    write(who, 3000 + writer * 300 + n * 3 + 1)
                except Crash:
                    died[0] += 1
                except redo.Lost:
                    lost[0] += 1
                    continue
                except BaseException as error:
                    wrong.append(error)
                break

    threads = [threading.Thread(target=one, args=(w,)) for w in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    standing(place)
    return died[0], lost[0]


def test_a_death_at_every_write_leaves_one_state_or_the_other():
    assert deaths(memory, 1) >= 28


def test_writers_at_once_leave_a_whole_state():
    lost = sum(race(memory, 4, 6, seed)[1] for seed in range(4))
    assert lost > 0, "nobody was ever overtaken: this proves nothing"


def test_who_was_overtaken_changes_nothing():
    place = memory()
    write(place, 1)
    base, tags = redo.opened(place, 17, NAMES), known(place, redo.opened(place, 17, NAMES))
    write(place, 2)
    with pytest.raises(redo.Lost):
        redo.commit(place, 17, base, body(4), {name: (content(4, name), tags[name]) for name in NAMES})
    assert standing(place) == 2
    assert [one.name for one in place.list(redo.STAGING)] == []


def test_an_answer_that_was_lost_is_no_refusal():
    """The write arrived, its answer did not, and the second try is refused by the first: the token tells."""

    class Deaf(Fused):
        def swap(self, name, content, tag):
            if name == LEDGER and content.startswith(b"pending"):
                assert self.place.swap(name, content, tag) is not None
            return self.place.swap(name, content, tag)

    place = memory()
    write(place, 1)
    write(Deaf(place), 2)
    assert standing(place) == 2


def test_a_stale_write_of_who_was_thought_dead_is_seen_by_the_digest():
    """An ETag that is a digest of the content lets a write through once the content is back: the ledger's SHA-256 tells."""
    place = memory()
    write(place, 1)
    first = place.get(NAMES[0])
    write(place, 2)
    zombie = place.get(NAMES[0])
    assert place.swap(NAMES[0], content(1, NAMES[0]), zombie.tag), "the stale write"
    assert first.content == place.get(NAMES[0]).content
    digests = json.loads(redo.opened(place, 17, NAMES).body)
    assert digests[NAMES[0]] != hashlib.sha256(place.get(NAMES[0]).content).hexdigest()


@pytest.mark.parametrize("harm", ["cut", "names another object", "another seal"])
def test_a_pending_line_that_was_changed_is_not_followed(harm):
    place = memory()
    write(place, 1)
    (staged := f"{redo.STAGING}017-x-0",)
    place.create(staged, b"harm")
    name = "documents/bucket=018/part-0.parquet" if harm == "names another object" else NAMES[0]
    said = json.dumps({"token": "x", "parts": [[name, staged, "0" * 64, None]]}).encode()
    seal = hashlib.sha256(said + body(2)).hexdigest().encode()
    line = b"pending " + said + b" " + (seal[::-1] if harm == "another seal" else seal)
    line = line[:-20] if harm == "cut" else line
    place.swap(LEDGER, line + b"\n" + body(2), place.get(LEDGER).tag)
    found = redo.opened(place, 17, NAMES)
    assert found.body == b"" and not found.pending
    assert (
        place.get(NAMES[0]).content == content(1, NAMES[0]) and place.get("documents/bucket=018/part-0.parquet") is None
    )


def test_what_is_left_in_staging_goes_once_it_is_old(monkeypatch):
    place = memory()
    for name in ("old", "named"):
        place.create(f"{redo.STAGING}{name}", b"x")
    assert redo.sweep(place, ()) == 0
    monkeypatch.setattr(redo, "_OLD", -1.0)
    assert redo.sweep(place, {f"{redo.STAGING}named"}) == 1
    assert [one.name for one in place.list(redo.STAGING)] == [f"{redo.STAGING}named"]


# -------------------------------------------------------------------- one run at a time


def test_a_second_run_is_told_who_has_the_folder():
    place = memory()
    with lease.lease(place):
        with pytest.raises(StoreError, match=rf"another run .* \(process {os.getpid()} on "), lease.lease(place):
            raise AssertionError
        assert place.get(lease.NAME)
    assert place.get(lease.NAME) is None
    with lease.lease(place):
        pass


def test_a_lease_is_renewed_and_one_of_the_dead_runs_out():
    place = memory()
    place.create(lease.NAME, json.dumps({"token": "dead", "until": time.time() + 0.4}).encode())
    begun = time.monotonic()
    with lease.lease(place, wait=5.0, term=0.3):
        assert time.monotonic() - begun > 0.3
        time.sleep(0.7)
        with pytest.raises(StoreError), lease.lease(place):
            raise AssertionError


# -------------------------------------------------------------------- what a place has to be


class Careless(Fused):
    """Takes every write, whatever its condition."""

    def create(self, name, content):
        held = self.place.get(name)
        return self.place.swap(name, content, held and held.tag)

    def swap(self, name, content, tag):
        return self.create(name, content)


def test_a_place_that_passes_over_conditions_is_refused_in_one_line():
    with pytest.raises(StoreError, match="passes over conditions") as said:
        cloud.prove(Careless(memory()))
    assert "\n" not in str(said.value)
    sound = memory("s3://bucket/sound")
    cloud.prove(sound)
    assert list(sound.list()) == []


def test_failures_are_told_without_what_the_place_wrote():
    from obstore.exceptions import GenericError

    place, key = memory(), secrets.token_hex(8)

    def fail():
        raise GenericError(
            f"PUT http://h/x?X-Amz-Credential={key} - status code: 503 Service Unavailable: <Key>{key}</Key>"
        )

    with pytest.raises(StoreError) as said:
        place._told("documents/x", fail)
    assert key not in str(said.value) and str(said.value).count("\n") == 0
    assert "s3://bucket/curated/documents/x: the place answers 503 Service Unavailable" in str(said.value)


@pytest.mark.parametrize(
    ("raw", "curated", "named"),
    [
        ("s3://bucket/raw", "s3://bucket/curated", "../raw"),
        ("s3://bucket/a/raw", "s3://bucket/b/c", "../../a/raw"),
        ("s3://other/raw", "s3://bucket/curated", "s3://other/raw"),
        ("az://bucket/raw", "s3://bucket/curated", "az://bucket/raw"),
        ("s3://bucket/raw/", "/data/curated", "s3://bucket/raw"),
        ("/data/raw", "s3://bucket/curated", "/data/raw"),
        ("/data/raw", "/data/curated", "../raw"),
    ],
)
def test_a_raw_folder_is_found_again_from_its_curated_one(raw, curated, named):
    assert address.between(raw, curated) == named
    there = address.beside(curated, named)
    assert address.shown(there) == raw.rstrip("/")


def test_addresses_survive_being_paths():
    from pathlib import Path

    assert address.address_of(Path("s3://bucket/raw")) == "s3://bucket/raw" == address.address_of("s3://bucket/raw/")
    assert address.address_of("s3x/raw") is None and address.address_of(Path("raw/s3://x")) is None


# -------------------------------------------------------------------- emulators


@pytest.fixture(params=["s3", "az"])
def far(request, tmp_path, monkeypatch):
    """Places in an emulator, one after the other."""
    with places.emulated(request.param, tmp_path / "log", monkeypatch) as bucket:
        yield lambda: cloud.connect(f"{bucket}/{secrets.token_hex(6)}/curated")


@pytest.mark.slow
def test_deaths_and_races_on_emulators(far):
    assert deaths(far, 1) >= 28
    race(far, 3, 4, 1)


def test_the_five_calls_of_an_emulator(far):
    """The short form: all calls, conditions, and a death in the middle of a commit."""
    place = far()
    cloud.prove(place)
    write(place, 1)
    with pytest.raises(Crash):
        write(Fused(place, 7, after=True), 2)
    assert standing(place) in (1, 2)
    listed = {one.name: one for one in place.list("documents/bucket=0")}
    held = place.get(NAMES[0], span=(3, 9))
    assert held.content == place.get(NAMES[0]).content[3:9] and listed[NAMES[0]].tag == held.tag
    place.delete(NAMES[0])
    place.delete(NAMES[0])
    assert place.get(NAMES[0]) is None and place.swap(NAMES[0], b"x", held.tag) is None
    with pytest.raises(cloud.Gone):
        place.get(NAMES[0], tag=held.tag)
