# shellcheck shell=bash disable=SC2154 # set or used by the other parts
# What every part of the lab needs: words for people, checks, hashes.

# say TEXT [BEGAN]: one line on stderr, with the seconds since BEGAN (a value of SECONDS).
say() {
    if [ $# -gt 1 ]; then
        printf 'lab: %s (%d s)\n' "$1" $((SECONDS - $2)) >&2
    else
        printf 'lab: %s\n' "$1" >&2
    fi
}

die() {
    say "$1"
    exit "${2-1}"
}

need_root() {
    [ "$(id -u)" -eq 0 ] || die "this must be run as root: the guests' file systems are unpacked with their owners and devices" 2
}

# One message for all that is missing, with the line that cures it.
need_tools() {
    local tool package missing=
    while read -r tool package; do
        command -v "$tool" >/dev/null || missing="$missing $package"
    done <<'TOOLS'
mmdebstrap mmdebstrap
mke2fs e2fsprogs
socat socat
zstd zstd
qemu-img qemu-utils
ssh openssh-client
ssh-keygen openssh-client
TOOLS
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing="$missing debian-archive-keyring"
    [ -z "$missing" ] || die "not installed on this machine:$missing
  Debian, Ubuntu: apt install$(printf '%s' "$missing" | xargs -n 1 | sort -u | sed 's/^/ /' | tr -d '\n')" 2
}

# hash_of FILE...: a short name for what these files say (- is the standard input), whatever they are called.
hash_of() {
    local file
    for file in "$@"; do
        sha256sum - <"${file/#-//dev/stdin}"
    done | sha256sum | cut -c 1-12
}

# run_logged NAME COMMAND...: what it says goes to logs/NAME.log, and the end of that to stderr when it fails.
run_logged() {
    local log=$lab_state/logs/$1.log status=0
    shift
    mkdir -p "$lab_state/logs"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 20 "$log" | sed 's/^/  /' >&2
        die "$1 failed with status $status; all of its output is in $log" "$status"
    fi
}
