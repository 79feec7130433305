"""`ingest init`: a folder to begin in, with every setting written out and explained.

The settings file is made from the settings themselves, so that it names each of them and no other.
"""

import json
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel

from ingest.errors import InputError
from ingest.settings import FILE, Settings

_HEAD = """\
# Settings of ingest for the raw folder beside this file. Options of a command and INGEST_* variables come before them.
# What stands behind a # is the default; paths are relative to this file.

raw = "raw"
curated = "curated"
"""
_OWN = """
# A language model of your own for repairs, made by `ingest model build`:
# domain_model_file = "model.bin"

# Your own rules for lines that are not the document. One a line in a file (id, where, pattern, example, separated by tabs):
# notice_rules_file = "notices.tsv"
# or here, as often as needed:
# [[notice_rules]]
# id = "banner"
# where = "edge"                      # head, tail, edge (either), any
# pattern = "云栖发布.{0,20}订阅"     # the whole line, full-width signs as ASCII
# example = "云栖发布,欢迎订阅"

# A causal language model in GGUF form, asked where a repair is in doubt (pip install 'ingest[rerank]'; slow):
# [rerank]
# file = "model.gguf"
"""


def init(folder: Path) -> list[Path]:
    """Makes what is not there yet of a settings file, a raw folder and an example page; gives what was made."""
    wanted = {
        folder / FILE: settings_file(),
        folder / "raw" / "example.html": files("ingest").joinpath("example.html").read_text("utf-8"),
    }
    made = []
    try:
        begun = (folder / "raw").exists()
        (folder / "raw").mkdir(parents=True, exist_ok=True)
        for path, content in wanted.items():
            if path.exists() or (begun and path.name != FILE):  # nobody wants an example among pages of their own
                continue
            path.write_text(content, encoding="utf-8")
            made.append(path)
    except OSError as error:
        raise InputError(f"{error.filename or folder} cannot be written: {error.strerror}") from error
    return made


def next_steps(folder: Path) -> list[str]:
    """What to do in such a folder, as lines for a terminal."""
    page = "raw/example.html" if (folder / "raw" / "example.html").exists() else "raw/PAGE.html"
    steps = (
        ("ingest run", "curate them into curated/"),
        (f"ingest explain {page}", "see what was removed and repaired"),
        ("ingest check", "prove that nothing was lost"),
        ("ingest stats", "count what there is"),
    )
    away = [] if folder.resolve() == Path.cwd() else [f"  cd {folder}"]
    commands = [f"  {command:<34}  # {about}" for command, about in steps]
    return [f"put raw pages into {folder / 'raw'}, then:", *away, *commands]


def settings_file() -> str:
    """`ingest.toml` with every setting, its meaning and its default, none of them set but the folders."""
    lines, tables = [_HEAD], []
    for name, field in Settings.model_fields.items():
        default = field.default
        if name in ("raw", "curated") or name.startswith(
            ("notice_rules", "domain_model", "site_models", "repair_models", "corrections", "rerank")
        ):
            continue
        if isinstance(default, BaseModel):
            tables += [f"\n# {field.description}", f"# [{name}]"]
            tables += [
                f"# {inner} = {_toml(getattr(default, inner))}    # {about.description}"
                for inner, about in type(default).model_fields.items()
            ]
        else:
            lines += [f"# {field.description}", f"# {name} = {'64' if default is None else _toml(default)}"]
    return "\n".join([*lines, _OWN.rstrip("\n"), *tables]) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
