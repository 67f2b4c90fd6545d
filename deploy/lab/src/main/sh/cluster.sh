# shellcheck shell=bash disable=SC2154 # set or used by the other parts
# All hosts together with the shared disk: made once, then kept as snapshots and brought back in seconds.

snapshots=$lab_state/snapshots

# What a snapshot fits to: memory contents go only with the same machine over the same root disk.
machine_key() {
    {
        image_key
        echo "$lab_hosts $lab_memory $lab_watchdog $lab_accel $lab_cpu $lab_shared_size $lab_product_size"
        declare -f start_host set_link_options create_cluster
    } | hash_of -
}

build() {
    build_image
    make_product
    [ -n "$(running_hosts)" ] || remove_old
}

# Images of former states of the lab's files: nothing starts from them any more.
remove_old() {
    find "$lab_state" -mindepth 1 -maxdepth 1 \( -name 'rootfs-*' -o -name 'image-*' -o -name 'modular-*' \) \
        ! -path "$(rootfs_dir)" ! -path "$(image_dir)" ! -path "$(modular_dir)" -exec rm -rf --one-file-system {} +
}

# up: the cluster runs. Nothing is done if it does already; otherwise it starts from the snapshot "cluster", made first if need be.
up() {
    build
    local running
    running=$(running_hosts | xargs)
    # What an interrupted `up` or `restore` left behind is no cluster.
    if [ ! -f "$run/whole" ]; then
        down
        running=
    fi
    if [ "$running" = "$(all_hosts | xargs)" ]; then
        say "the cluster runs already"
        return
    fi
    [ -z "$running" ] || die "only a part of the cluster runs (host $running): lab boot N starts the other, lab restore cluster all anew"
    if [ "$(cat "$snapshots/cluster/key" 2>/dev/null)" != "$(machine_key)" ]; then
        create_cluster
        snapshot cluster
    else
        restore cluster
    fi
}

create_cluster() {
    local host began=$SECONDS
    rm -f "$shared" "$run/whole"
    truncate -s "$lab_shared_size" "$shared"
    for host in $(all_hosts); do
        new_root_disk "$host"
        set_link_options "$host"
        start_host "$host"
    done
    for host in $(all_hosts); do
        await_host "$host"
        say "h$host has booted" "$began"
    done
    began=$SECONDS
    run_logged volumes on 1 'systemctl is-system-running --wait >/dev/null; /usr/local/lib/lab/lab-volumes create'
    say "vg0 is made, with its volumes" "$began"
    began=$SECONDS
    for host in $(all_hosts); do
        on "$host" 'systemctl is-system-running --wait >/dev/null; /usr/local/lib/lab/lab-lockstart >/dev/null && /usr/local/sbin/lab-libvirt is-active --quiet && sync' \
            || die "h$host has no locks or no libvirt: lab logs $host"
    done
    touch "$run/whole"
    say "locks are started on all hosts" "$began"
}

# together COMMAND [ARGUMENT...]: runs it for every host at the same time, with the host's number behind it; fails if one fails.
together() {
    local host pid failed=0 pids=
    for host in $(all_hosts); do
        "$@" "$host" &
        pids="$pids $!"
    done
    for pid in $pids; do
        wait "$pid" || failed=1
    done
    return "$failed"
}

check_name() {
    case ${1-} in
        '' | *[!A-Za-z0-9._-]* | .*) die "a snapshot's name has letters, digits, dots, dashes: not '${1-}'" 2 ;;
    esac
}

list_snapshots() {
    find "$snapshots" -mindepth 1 -maxdepth 1 -type d ! -name '.*' -printf '%f\n' 2>/dev/null | sort | xargs
}

# snapshot NAME: all hosts stand still while their memory and disks are written, and then go on.
snapshot() {
    local host began=$SECONDS new
    check_name "$1"
    for host in $(all_hosts); do
        need_running "$host"
        on "$host" sync
    done
    new=$snapshots/.$1.new
    rm -rf "$new"
    mkdir -p "$new"
    # However this ends, the hosts go on.
    trap 'together continue_host' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    together pause_host
    if ! together save_host "$new" || ! cp --sparse=always --reflink=auto "$shared" "$new/shared.raw"; then
        rm -rf "$new"
        die "the snapshot $1 was not written; is there room in $snapshots?"
    fi
    trap - EXIT INT TERM
    together continue_host
    machine_key >"$new/key"
    rm -rf "${snapshots:?}/$1"
    mv "$new" "$snapshots/$1"
    say "snapshot $1, $(du -sm "$snapshots/$1" | cut -f 1) MB" "$began"
}

pause_host() {
    monitor "$1" stop
}

continue_host() {
    monitor "$1" cont
}

save_host() {
    local into=$1 host=$2 state
    monitor "$host" "migrate_set_parameter max-bandwidth 8G"
    monitor "$host" "migrate -d file:$into/h$host.memory"
    while :; do
        state=$(monitor "$host" "info migrate") || die "h$host ended while its memory was written"
        case $state in
            *'tatus: completed'*) break ;;
            *'tatus: failed'*) die "h$host does not write its memory: $state" ;;
        esac
        sleep 0.1
    done
    cp --sparse=always --reflink=auto "$run/h$host.qcow2" "$into/" || die "the disk of h$host cannot be copied to $into"
}

# restore NAME: all hosts and the shared disk as they were; what runs now is killed.
restore() {
    local began=$SECONDS
    check_name "$1"
    [ -d "$snapshots/$1" ] || die "there is no snapshot $1; there are: $(list_snapshots)" 2
    [ "$(cat "$snapshots/$1/key")" = "$(machine_key)" ] \
        || die "the snapshot $1 was made by another state of the lab's files or settings: lab down, lab up, and make it again"
    down
    rm -f "$run/whole"
    cp --sparse=always --reflink=auto "$snapshots/$1/shared.raw" "$shared.new"
    mv "$shared.new" "$shared"
    together restore_host "$1" || {
        down
        die "not all hosts came back"
    }
    touch "$run/whole"
    say "restored $1" "$began"
}

restore_host() {
    local from=$snapshots/$1 host=$2
    mkdir -p "$run"
    cp --sparse=always --reflink=auto "$from/h$host.qcow2" "$run/" || die "the disk of h$host cannot be copied to $run"
    set_link_options "$host"
    start_host "$host" -S -incoming "file:$from/h$host.memory"
    while [[ $(monitor "$host" "info status") == *inmigrate* ]]; do
        sleep 0.1
    done
    continue_host "$host"
    await_host "$host"
}

for_all_running() {
    local host
    for host in $(running_hosts); do
        "$@" "$host"
    done
}

down() {
    for_all_running kill_host
}

# put_product DIR: what is in DIR, for all hosts, running or not: they see it when they mount the disk the next time (lab-install).
put_product() {
    local began=$SECONDS
    [ -d "${1-}" ] || die "no such directory: ${1-}" 2
    need_tools
    mkdir -p "$lab_state"
    rm -f "$product.new"
    truncate -s "$lab_product_size" "$product.new"
    run_logged product mke2fs -q -F -t ext4 -O '^has_journal' -E root_owner=0:0 -L lab-product -d "$1" "$product.new"
    if [ -f "$product" ]; then
        # In place: running hosts have this very file open.
        cp --sparse=always "$product.new" "$product"
        rm -f "$product.new"
    else
        mv "$product.new" "$product"
    fi
    say "product disk written, $(du -sm "$1" | cut -f 1) MB" "$began"
}

make_product() {
    local empty
    [ ! -f "$product" ] || return 0
    empty=$lab_state/empty
    mkdir -p "$empty"
    put_product "$empty"
    rmdir "$empty"
}

# Where the leases are in the shared disk, for `lab tool sanlock direct dump FILE:OFFSET:SIZE`, tab separated:
#   area  FILE  OFFSET  SIZE           the lease area of vg0 (its volume lvmlock) in the disk's file
#   lv    NAME  UUID    LEASE          each volume, and where in that area its lease begins; - for one without a lock of its own
lease_area() {
    local host
    host=$(running_hosts)
    host=${host%%$'\n'*}
    [ -n "$host" ] || die "no host runs: lab up"
    # shellcheck disable=SC2016 # for the host's shell
    on "$host" 'set -- $(vgs --nolocking --noheadings --units b --nosuffix -o pe_start,vg_extent_size vg0 2>/dev/null)
        lvs --nolocking -a --noheadings --separator " " --units b --nosuffix -o lv_name,lv_size,seg_pe_ranges --select "lv_name=lvmlock" vg0 2>/dev/null |
            while read -r name size range more; do
                [ -z "$more" ] || exit 1
                first=${range##*:}
                printf "area\t%s\t%s\n" "$(($1 + ${first%-*} * $2))" "$size"
            done
        lvs --nolocking --noheadings --separator " " -o lv_name,lv_uuid,lv_lockargs vg0 2>/dev/null |
            while read -r name uuid lease; do
                printf "lv\t%s\t%s\t%s\n" "$name" "$uuid" "${lease##*:}"
            done' \
        | awk -F '\t' -v OFS='\t' -v file="$shared" '$1 == "area" { print $1, file, $2, $3; found = 1; next } { print $1, $2, $3, $4 == "" || $4 == "-1" ? "-" : $4 }
            END { exit !found }' || die "vg0 has no lease area in one piece"
}

# clean: removes what the lab wrote, and the directory only when nothing else is in it.
clean() {
    [ -d "$lab_state/ssh" ] || die "$lab_state is no directory of the lab" 2
    lab_hosts=2
    down
    (cd "$lab_state" && rm -rf --one-file-system rootfs-* image-* modular-* snapshots run logs ssh shared.raw* product.img* empty lock run.lock)
    rmdir "$lab_state" 2>/dev/null || say "$lab_state has other files in it, which stay"
}

status() {
    local host pid words
    for host in $(all_hosts); do
        if pid=$(host_pid "$host"); then
            words="runs (pid $pid)"
            if open_ssh "$host"; then
                words="$words, ssh 127.0.0.1:$((lab_ssh_base + host)), up $(on "$host" 'cut -d . -f 1 /proc/uptime') s"
            else
                words="$words, no answer by ssh"
            fi
            [ ! -e "$run/link/h$host.cut" ] || words="$words, network cut"
            case $(monitor "$host" "info block shared") in
                *'I/O throttling'*bps=1*) words="$words, storage stalled" ;;
            esac
        else
            words="does not run"
        fi
        echo "h$host        $words"
    done
    echo "snapshots $(list_snapshots)"
    echo "state     $lab_state"
}

logs() {
    local host
    for host in ${1:-$(all_hosts)}; do
        echo "== h$host: $run/h$host.console"
        if host_pid "$host" >/dev/null && open_ssh "$host"; then
            on "$host" 'journalctl --no-pager -q -b -n 200'
        else
            tail -n 50 "$run/h$host.console" 2>/dev/null || echo 'never booted'
        fi
    done
}
