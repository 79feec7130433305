#!/usr/bin/env bash
# The wheel, built and installed outside the checkout, for each Python that can be had here: does it do what the checkout does?
#   tools/wheel.sh [python3.11 python3.12 …]      (default: every python3.11 or later on the path and of pyenv)
# Prints a line for each; ends with 1 where one failed. Needs the network or a pip cache for the dependencies.
set -u
home=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
mapfile -t pythons < <(
  if [ $# -gt 0 ]; then printf '%s\n' "$@"; else
    for v in 11 12 13 14 15; do command -v "python3.$v"; ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$v".*/bin/python 2>/dev/null; done
  fi)
# A copy, so that no build folder is left in the checkout, and nothing untracked gets into the wheel.
mkdir "$place/src" && git -C "$home" ls-files -z | (cd "$home" && tar --null -T - -cf -) | tar -xf - -C "$place/src"
failed=0; tried=" "
for python in "${pythons[@]}"; do
  version=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
  case "$tried" in *" ${version%.*} "*) continue ;; esac
  tried="$tried${version%.*} "
  venv=$place/$version; log=$place/$version.log
  (
    set -e
    "$python" -m venv "$venv"; bin=$venv/bin
    [ -n "$(ls "$place"/*.whl 2>/dev/null)" ] || "$bin/python" -m pip wheel -q --no-deps -w "$place" "$place/src"
    "$bin/python" -m pip install -q --disable-pip-version-check "$(echo "$place"/*.whl)[warc]"
    mkdir "$place/at-$version"; cd "$place/at-$version"
    "$bin/ingest" init corner
    cp -r "$place/src/raw/." corner/raw/
    "$bin/ingest" run corner/raw --curated corner/curated
    "$bin/ingest" check corner/curated
    "$bin/ingest" review --curated corner/curated --out corner/review
    "$bin/ingest" stats corner/curated --html corner/stats.html
    test -s corner/review/index.html && test -s corner/stats.html
    "$bin/python" -c 'import ingest; print(ingest.__file__)' | grep -q "$version"
  ) >"$log" 2>&1 && echo "$version: ok" || { echo "$version: failed"; tail -20 "$log"; failed=1; }
done
for v in 3.11 3.12 3.13 3.14; do case "$tried" in *" $v "*) ;; *) echo "$v: not tried, there is none here" ;; esac; done
exit $failed
