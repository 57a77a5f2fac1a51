#!/bin/sh
# Make or update the virtual environment FOLDER, and install the project into it, editable, with what REQUIREMENTS
# asks for:   sh tools/environment.sh .venv --group test        sh tools/environment.sh .venv --extra report
#
# POSIX sh, because it runs before there is a Python to run anything else with. uv is used where it is on the PATH,
# otherwise the standard library's venv and pip. PYTHON=… names the interpreter; without it the first one that
# really runs and is new enough is taken (a version manager's shim can be on the PATH and fail when called).
set -eu

folder=$1
shift
python="$folder/bin/python"
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
have_uv=$(command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1 && echo yes || echo no)
tried=""

note() {
    tried="$tried
  $1: $2"
}

# Succeeds when $1 can be the base of an environment; otherwise notes why not.
usable() {
    if ! command -v "$1" >/dev/null 2>&1; then
        note "$1" "not found"
    elif ! version=$("$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null); then
        note "$1" "found, but does not run (a version manager's shim?)"
    elif ! "$1" -c "$new_enough"; then
        note "$1" "is Python $version, older than 3.11"
    elif [ "$have_uv" = no ] && ! "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        note "$1" "is Python $version, but has no venv or ensurepip (Debian and Ubuntu: apt-get install python3-venv)"
    else
        return 0
    fi
    return 1
}

# Every program of a name on the PATH, not the first alone: behind a shim that fails there may be one that runs.
everywhere() {
    case $1 in
    */*) echo "$1" ;;
    *)
        nowhere=yes
        old_ifs=$IFS
        IFS=:
        for place in $PATH; do
            [ -x "$place/$1" ] && nowhere=no && echo "$place/$1"
        done
        IFS=$old_ifs
        [ $nowhere = no ] || echo "$1"
        ;;
    esac
}

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
        for candidate in $(everywhere "$name"); do
            if usable "$candidate"; then
                found=$candidate
                return 0
            fi
        done
    done
    return 1
}

if [ -e "$folder" ] && ! "$python" -c "$new_enough" >/dev/null 2>&1; then
    echo "$folder has no Python >= 3.11 that runs; making it anew"
    rm -rf "$folder"
fi
if [ ! -e "$folder" ]; then
    if find_python; then
        echo "making $folder with $found ($("$found" --version 2>&1))"
        if [ "$have_uv" = yes ]; then
            uv venv --quiet --python "$found" "$folder"
        else
            "$found" -m venv "$folder"
        fi
    elif [ "$have_uv" = yes ] && [ -z "${PYTHON:-}" ]; then
        echo "no Python >= 3.11 found; asking uv for one"
        uv venv --quiet --python ">=3.11" "$folder"
    else
        echo "privdomain needs Python 3.11 or newer. Looked at:$tried" >&2
        echo "Install one (or uv), or name it: make … PYTHON=/path/to/python3.12" >&2
        exit 1
    fi
fi

extras=""
groups=""
while [ $# -gt 0 ]; do
    case $1 in
    --extra) extras="${extras:+$extras,}$2" ;;
    --group) groups="$groups --group $2" ;;
    *)
        echo "$1: only --extra NAME and --group NAME are known" >&2
        exit 2
        ;;
    esac
    shift 2
done

echo "installing privdomain${extras:+[$extras]}$groups into $folder"
if [ "$have_uv" = yes ]; then
    # shellcheck disable=SC2086  (groups are words)
    uv pip install --quiet --python "$python" --editable ".${extras:+[$extras]}" $groups
else
    # pip learned --group with 25.1; the one that Python brings is often older
    "$python" -c 'import pip, sys; sys.exit(tuple(map(int, pip.__version__.split(".")[:2])) < (25, 1))' ||
        "$python" -m pip install -qq --disable-pip-version-check --upgrade "pip>=25.1"
    # shellcheck disable=SC2086
    "$python" -m pip install -qq --disable-pip-version-check --editable ".${extras:+[$extras]}" $groups
fi
