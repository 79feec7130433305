"""Review pages in a real, headless Chromium: what is clicked, pressed, filtered and found; and how fast.

Run by `make test-slow`. Skipped, with the reason, only where no Chromium is installed.
"""

import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from review_made import HAN, large, sample
from test_review import curated, hostile

from ingest.models import CuratedDocument
from ingest.review import Statistics, page, report, write
from ingest.review.render import Listed, index
from ingest.review.statistics import Tally

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

__all__ = ["curated"]  # a fixture

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium is installed: the review pages were not tried in a browser"
    ),
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["BrowserContext"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 1360, "height": 900},
            locale="en-GB",
        )
        yield context
        context.close()


@pytest.fixture
def opened(browser: "BrowserContext", tmp_path: Path) -> Iterator[Open]:
    """Opens a page's HTML from a file. At the end no message may have come to the console, nor an error."""
    said: list[str] = []
    pages = []

    def open_it(html: str | CuratedDocument | Path, fragment: str = "", width: int = 1360, height: int = 900) -> "Page":
        path = tmp_path / f"page{len(pages)}.html"
        if isinstance(html, Path):
            path = html
        else:
            path.write_text(html if isinstance(html, str) else page(html), "utf-8")
        tab = browser.new_page()
        pages.append(tab)
        tab.set_viewport_size({"width": width, "height": height})
        tab.set_default_timeout(5000)
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda request: None if request.url.startswith("file:") else said.append(request.url))
        tab.goto(path.as_uri() + fragment)
        return tab

    yield open_it
    for tab in pages:
        tab.evaluate("localStorage.clear()")
        tab.close()
    assert said == []


def classes(tab: "Page", selector: str) -> set[str]:
    return set((tab.locator(selector).first.get_attribute("class") or "").split())


def told(tab: "Page") -> str:
    return tab.locator("#dock").inner_text() if tab.locator("#dock").is_visible() else ""


def top(tab: "Page", selector: str) -> float:
    box = tab.locator(selector).first.bounding_box()
    assert box
    return box["y"]


def until(tab: "Page", selector: str, text: str) -> None:
    """Waits for a text (the policy forbids the driver's own waiting for expressions)."""
    from playwright.sync_api import expect

    expect(tab.locator(selector)).to_have_text(text, timeout=5000)


def position(tab: "Page") -> str:
    return tab.locator("#position").inner_text()


def on_left(i: int) -> str:
    return f".src [data-i='{i}']"


def on_right(i: int) -> str:
    return f".rec [data-i='{i}']"


# In the sample: 0 chrome, 1 to 3 glosses, 4 a slip (guess), 5 a conversion (likely), 6 declined, 7 an editor line.


def test_a_click_on_either_side_finds_the_other(opened: Open) -> None:
    tab = opened(sample())
    tab.click(on_left(4))
    assert "chosen" in classes(tab, on_left(4)) & classes(tab, on_right(4))
    assert "chosen" in classes(tab, ".row:has(#r-l1_1__para_2)")
    for part in ("Repaired", "guess", "經?jì)濟", "经济", "phase-slip", "next: 经纪 (2.1)", "42–48"):
        assert part in told(tab)
    tab.click(on_right(5))
    assert "chosen" in classes(tab, on_left(5)) and "chosen" not in classes(tab, on_left(4))
    assert "term" in told(tab)
    tab.click("#r-l1_1__para_3")
    assert "chosen" in classes(tab, ".row:has(#r-l1_1__para_3)")
    assert tab.evaluate("location.hash") == "#r-l1_1__para_3"
    tab.click(".row:has(#r-title) .src p", position={"x": 52, "y": 14})
    assert "chosen" in classes(tab, ".row:has(#r-title)")


def test_a_click_brings_the_other_side_into_view(opened: Open) -> None:
    doc = large(9_000, 900, 3)
    last = max(e.ordinal for e in doc.edits if e.after)
    tab = opened(doc, width=390, height=800)
    tab.locator(on_right(last)).scroll_into_view_if_needed()
    assert not 0 < top(tab, on_left(last)) < 800
    tab.click(on_right(last))
    assert 0 < top(tab, on_left(last)) < 800
    assert last == int(tab.evaluate("document.activeElement.dataset.i"))


def test_keys(opened: Open) -> None:
    tab = opened(sample())
    assert position(tab) == "– / 7"
    seen = []
    for _ in range(8):
        tab.keyboard.press("n")
        seen.append(tab.evaluate("document.activeElement.dataset.i"))
    assert seen == ["0", "1", "2", "3", "4", "5", "7", "0"], "declined ones are left out, the last leads to the first"
    tab.keyboard.press("p")
    assert tab.evaluate("document.activeElement.dataset.i") == "7" and position(tab) == "7 / 7"
    tab.keyboard.press("Escape")
    assert told(tab) == "" and position(tab) == "– / 7"
    tab.keyboard.press("d")
    assert position(tab) == "– / 8"
    tab.keyboard.press("i")
    assert tab.evaluate(f"getComputedStyle(document.querySelector(`{on_left(4)}`), '::after').content") == '"经济"'
    tab.locator("summary", has_text="Keyboard").click()
    tab.uncheck("#keys")
    tab.keyboard.press("n")
    assert told(tab) == ""


def test_the_order_of_tab(opened: Open) -> None:
    tab = opened(sample())
    stops = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        stops.append(tab.evaluate("(e => e.id || e.dataset.i || e.className || e.tagName)(document.activeElement)"))
        if stops[-1] == "BODY":
            break
    assert stops[:3] == ["skip", "language", "theme"]
    assert stops.index("previous") < stops.index("next") < stops.index("0")
    assert sum(s.isdigit() for s in stops) == 1, "one of all the marks is a stop, the keys lead on from there"
    tab.focus(on_left(0))
    assert "outside-container" in told(tab), "focus tells"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelectorAll('.src [tabindex]').length") == 1


def test_filters(opened: Open) -> None:
    tab = opened(sample())
    assert "off" in classes(tab, on_left(6)), "declined ones only on demand"
    tab.locator("[data-sort=declined]").check()
    assert "off" not in classes(tab, on_left(6))
    tab.locator("[data-certainty='0']").uncheck()
    assert position(tab) == "– / 3"
    assert [i for i in range(8) if "off" not in classes(tab, on_left(i))] == [4, 5, 6]
    tab.keyboard.press("n")
    assert tab.evaluate("document.activeElement.dataset.i") == "4"
    tab.locator("summary", has_text="Rules").click()
    tab.locator("#none").click()
    assert position(tab) == "– / 0"
    tab.locator("label", has_text="term").locator("input").check()
    assert position(tab) == "– / 1"
    tab.locator("#all").click()
    tab.keyboard.press("Escape")
    assert not tab.locator("details.menu[open]").count()
    tab.locator("[data-sort=repaired]").uncheck()
    assert "off" in classes(tab, on_left(4)) & classes(tab, on_right(4))
    tab.click(on_left(4))
    assert "phase-slip" not in told(tab), "what is filtered out is plain text"


def test_hover_tells(opened: Open) -> None:
    tab = opened(sample())
    tab.hover(on_left(5))
    tip = tab.locator("#tip")
    assert all(part in tip.inner_text() for part in ("Converted", "likely", "套用", "应用", "term", "script"))
    tip.hover()
    tab.wait_for_timeout(250)
    assert tip.is_visible(), "a tip can be entered with the pointer"
    tab.keyboard.press("Escape")
    assert tip.is_hidden()
    tab.hover(on_left(1))
    tab.hover("h1")
    tip.wait_for(state="hidden")


def test_addresses(opened: Open) -> None:
    tab = opened(sample(), "#edit-5")
    assert "term" in told(tab)
    tab = opened(sample(), "#r-l1_1")
    assert "chosen" in classes(tab, ".row:has(#r-l1_1)")
    tab = opened(large(40_000, 4_000, 100))
    tab.locator("summary", has_text="Outline").click()
    assert tab.locator(".outline a").count() == 0, "clauses are not in the outline"
    tab.evaluate("location.hash = 'r-art_90'")
    tab.locator(".row.chosen #r-art_90").wait_for()
    box = tab.locator("#r-art_90").bounding_box()
    assert box and 0 < box["y"] < 900


def test_language_and_theme_are_remembered(opened: Open) -> None:
    tab = opened(sample())
    tab.click("#language")
    assert tab.evaluate("document.documentElement.lang") == "zh"
    text = tab.locator("body").inner_text()
    assert "原始页面" in text and "Page as it came" not in text
    tab.click(on_left(4))
    assert "已修复" in told(tab) and "推测" in told(tab)
    before = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.click("#theme")
    after = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    tab.reload()
    assert tab.evaluate("document.documentElement.lang") == "zh"
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == after


def test_a_hostile_page_stays_text(opened: Open) -> None:
    tab = opened(hostile())
    tab.click(on_left(0))
    assert "<img src=x onerror=hacked=1>" in told(tab)
    tab.hover(".rec ins, .src span.e")
    assert tab.evaluate("typeof hacked") == "undefined"
    assert tab.locator("main img, main script, main b").count() == 0
    assert "\u202e" not in tab.evaluate("document.documentElement.innerText")
    assert tab.locator(".src .hidden").first.inner_text() == "U+202E"


def test_the_policy_holds(browser: "BrowserContext", tmp_path: Path) -> None:
    """What a page would do if its text did get through the escaping: nothing."""
    path = tmp_path / "page.html"
    breach = "<script>hacked = 1</script><img src='data:,x' onerror='hacked = 2'><p id=p style='color:red'></p>"
    path.write_text(page(sample()).replace("</main>", breach + "</main>"), "utf-8")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    assert tab.evaluate("typeof hacked") == "undefined"
    assert tab.evaluate("getComputedStyle(document.getElementById('p')).color") != "rgb(255, 0, 0)"
    assert tab.evaluate("try { document.body.innerHTML = '<b>'; 'set' } catch { 'refused' }") == "refused"
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1360, 2200])
def test_nothing_sticks_out(opened: Open, width: int, scheme: Any) -> None:
    counted = Statistics({"curated": 20_000_000}, (Tally("rule", tuple(("rule" * n, n) for n in range(1, 40))),))
    for html in (page(sample()), page(hostile()), listing(300), report(counted)):
        tab = opened(html, width=width)
        tab.emulate_media(color_scheme=scheme)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab = opened(sample(), width=width)
    left, right = tab.locator(".src").nth(2).bounding_box(), tab.locator(".rec").nth(2).bounding_box()
    assert left and right
    assert (
        (right["x"] > left["x"] + left["width"] - 1) if width > 832 else (right["y"] >= left["y"] + left["height"] - 1)
    )


def test_print_says_what_a_pointer_would(opened: Open) -> None:
    tab = opened(sample())
    tab.emulate_media(media="print")
    assert tab.locator(".tools").is_hidden() and tab.locator("#language").is_hidden()
    shown = f"getComputedStyle(document.querySelector(`{on_left(4)}`), '::after').content"
    assert "经济" in tab.evaluate(shown)
    assert tab.pdf()[:5] == b"%PDF-"


def test_long_removed_stretches_fold(opened: Open) -> None:
    doc = sample()
    text = "\n".join(f"导航{n}" for n in range(40)) + "\n" + doc.page_text
    shift = len(text) - len(doc.page_text)
    first = doc.edits[0].model_copy(update={"end": shift + doc.edits[0].end, "before": text[: shift + 7]})
    moved = [first] + [e.model_copy(update={"start": e.start + shift, "end": e.end + shift}) for e in doc.edits[1:]]
    records = [
        r.model_copy(update={"source_start": r.source_start + shift, "source_end": r.source_end + shift})
        for r in doc.records
    ]
    folded = CuratedDocument(
        document=doc.document.model_copy(update={"page_text": text}), records=tuple(records), edits=tuple(moved)
    )
    tab = opened(folded)
    height = "document.querySelector('.long .src').offsetHeight"
    low = tab.evaluate(height)
    tab.click(".unfold")
    assert tab.evaluate(height) > 2 * low
    tab.click(".unfold")
    assert tab.evaluate(height) == low


def test_a_large_document(opened: Open) -> None:
    doc = large(100_000, 10_000, 400)
    assert doc.document.page_chars > 100_000 and len(doc.edits) == 10_000
    html = page(doc)
    began = time.perf_counter()
    tab = opened(html)
    tab.evaluate(SETTLED)
    assert time.perf_counter() - began < 2
    frames = tab.evaluate(
        """async () => {
            const frames = [];
            let last = performance.now();
            for (let i = 0; i < 100; i++) {
                scrollBy(0, 120);
                await new Promise(requestAnimationFrame);
                frames.push(-last + (last = performance.now()));
            }
            return frames.sort((a, b) => a - b);
        }"""
    )
    assert frames[50] < 34, "the median frame of a scroll"
    for action in ("#next", "[data-certainty='0']", "#next", "#language", "#inline"):
        took = tab.evaluate(
            f"""async () => {{
                const began = performance.now();
                document.querySelector("{action}").click();
                await {SETTLED};
                return performance.now() - began;
            }}"""
        )
        assert took < 1000, action


# ---------------------------------------------------------------- the index


def listing(count: int) -> str:
    rng = random.Random(3)
    return index(
        [
            Listed(f"web/{i:05}.html", stage="page", reason=("empty", "binary")[i % 50 == 0], detail="nothing is left")
            if i % 25 == 0
            else Listed(
                source=f"gov/{i:05}.html",
                doc_id=f"{i:016x}",
                title="云栖市" + "".join(rng.choice(HAN) for _ in range(14)),
                published=f"20{rng.randint(10, 25)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}",
                names=("江城时报",) if i % 3 else (),
                chars=rng.randint(300, 30000),
                records=rng.randint(3, 300),
                certainties=(rng.randint(0, 3000), 3, i % 7),
                flags=("short",) if i % 11 == 0 else (),
                rules=tuple(f"rule-{k}" for k in range(40) if (i * 31 + k) % 8 == 0),
                page=f"documents/{i:016x}.html",
            )
            for i in range(count)
        ]
    )


def names(tab: "Page") -> list[str]:
    return tab.locator("#list .name").all_inner_texts()


def count(tab: "Page") -> int:
    return int(tab.locator("#count b").inner_text().replace(",", ""))


def test_the_index_finds(opened: Open) -> None:
    tab = opened(listing(300))
    assert count(tab) == 300 and len(names(tab)) == 100
    tab.click("#next")
    assert tab.locator("#where").inner_text() == "101–200 / 300"
    tab.fill("#search", "gov/0000")
    until(tab, "#count b", "9")
    tab.fill("#search", "江城 gov/0000")
    until(tab, "#count b", "6")
    tab.fill("#search", "nowhere")
    tab.locator("text=Nothing matches.").wait_for()
    tab.click("#clear")
    assert count(tab) == 300
    tab.locator("[data-facet=status][value=rejected]").check()
    assert count(tab) == 12
    tab.locator("[data-facet=reason][value=binary]").check()
    assert count(tab) == 6
    assert "nothing is left" in tab.locator("#list").inner_text()
    tab.click("#clear")
    tab.locator("[data-facet=flag][value=short]").check()
    assert count(tab) == sum(i % 11 == 0 and i % 25 != 0 for i in range(300))
    tab.locator("[data-facet=rule][value=rule-0]").check()
    assert count(tab) == sum(i % 11 == 0 and i % 25 != 0 and i * 31 % 8 == 0 for i in range(300))


def test_the_index_sorts(opened: Open) -> None:
    tab = opened(listing(300))

    def column(n: int) -> list[str]:
        return tab.locator(f"#list td:nth-child({n})").all_inner_texts()

    tab.click("[data-order=guesses]")
    assert column(6)[:36] == ["6"] * 36 and tab.locator("th[aria-sort=descending]").count() == 1
    tab.click("[data-order=chars]")
    numbers = [int(c.replace(",", "")) for c in column(3)]
    assert numbers == sorted(numbers, reverse=True)
    tab.click("[data-order=chars]")
    numbers = [int(c.replace(",", "")) for c in column(3)]
    assert numbers == sorted(numbers)
    tab.click("[data-order=published_on]")
    assert column(2) == sorted(column(2))
    tab.click("#last")
    assert "Rejected" in tab.locator("#list tr").last.inner_text(), "rejected pages come last"


def test_the_index_finds_either_script(opened: Open) -> None:
    """創新 finds 创新, and a page that stands in Traditional is found by Simplified; other words are not."""
    titles = ("云栖市科技创新规划", "雲棲市創新條例", "云栖市渔港规划")
    tab = opened(index([Listed(source=f"{n}.html", title=title) for n, title in enumerate(titles)]))
    for sought, found in (
        ("創新", 2),
        ("创新", 2),
        ("规划", 2),
        ("規劃", 2),
        ("雲栖 條例", 1),
        ("漁港", 1),
    ):
        tab.fill("#search", sought)
        until(tab, "#count b", str(found))
    tab.fill("#search", "创業")
    tab.locator("text=Nothing matches.").wait_for()


def test_the_index_keeps_its_state(opened: Open, curated: Path, tmp_path: Path) -> None:
    home = write(curated, tmp_path / "out")[0]
    tab = opened(home)
    tab.fill("#search", "规划")
    until(tab, "#count b", "1")
    tab.click("#list a")
    assert tab.locator("h1").inner_text() == "云栖市产业规划"
    tab.go_back()
    assert tab.input_value("#search") == "规划" and count(tab) == 1
    tab.click("#list a")
    tab.click(".crumb a")
    assert count(tab) == 3
    tab.click("#language")
    assert "条结果" in tab.locator("#count").inner_text()


def test_a_large_index(opened: Open) -> None:
    html = listing(20_000)
    began = time.perf_counter()
    tab = opened(html)
    tab.evaluate(SETTLED)
    assert time.perf_counter() - began < 2
    for action in ("[data-order=title]", "[data-order=chars]", "#next", "#last", "[data-facet=rule]", "#language"):
        took = tab.evaluate(
            f"""async () => {{
                const began = performance.now();
                document.querySelector("{action}").click();
                await {SETTLED};
                return performance.now() - began;
            }}"""
        )
        assert took < 1000, action
