# shellcheck shell=bash disable=SC2154 # set or used by the other parts
# The cluster with Lockstep on it: what the scenarios start from.

# What the snapshot "ready" fits to: the machines, and every file of the product.
product_key() {
    {
        machine_key
        (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
    } | hash_of -
}

# ready DIR: all hosts run Lockstep as DIR (what `./lockstep dist` lays out) installs it; from the snapshot "ready" when that was made so.
ready() {
    local host key
    [ -x "${1-}/install" ] || die "there is no program install in '${1-}': ./lockstep dist lays it out" 2
    build_image
    key=$(product_key "$1")
    if [ "$(cat "$snapshots/ready/product" 2>/dev/null)" = "$key" ]; then
        put_product "$1"
        restore ready
        return
    fi
    [ -z "$(running_hosts)" ] || down
    put_product "$1"
    up
    together install_lockstep || die "Lockstep was not installed on every host"
    for host in $(all_hosts); do
        await_lockstep "$host"
        warm_up "$host"
    done
    snapshot ready
    echo "$key" >"$snapshots/ready/product"
}

install_lockstep() {
    local began=$SECONDS
    on "$1" 'lab-lockstep' >&2 || die "Lockstep is not installed on h$1"
    say "Lockstep is installed on h$1" "$began"
}

await_lockstep() {
    local began=$SECONDS
    until on "$1" 'lab-probe agent ready >/dev/null 2>&1'; do
        [ $((SECONDS - began)) -lt 120 ] || {
            on "$1" 'lab-probe agent ready; journalctl -q --no-pager -n 60 -u lockstep-agent' >&2 || true
            die "the agent of h$1 does not become ready"
        }
        sleep 1
    done
    say "the agent of h$1 is ready" "$began"
}

# The first guest of a host takes twice as long as the next ones: libvirt asks qemu what it can do, and nothing is in the page cache.
warm_up() {
    local began=$SECONDS
    run_logged warm-up on "$1" 'make-domain warm vg0/d1_a >/run/warm.xml && virsh create /run/warm.xml && virsh destroy warm'
    say "h$1 has run its first guest" "$began"
}
