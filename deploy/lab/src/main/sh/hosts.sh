# shellcheck shell=bash disable=SC2154 # set or used by the other parts
# Single hosts: emulated machines with three disks (its own, the shared one, the product) and two networks (ssh from this machine,
# the private link). Each is a qemu process with a pid file, a console log and two control sockets, all in run/.

run=$lab_state/run
shared=$lab_state/shared.raw
product=$lab_state/product.img

all_hosts() {
    seq "$lab_hosts"
}

# The programs of the guests' own Debian, run on this machine: its qemu, as other versions corrupt guests under TCG, and its sanlock.
run_tool() {
    local root path name=$1
    shift
    root=$(rootfs_dir)
    for path in usr/bin usr/sbin; do
        if [ -x "$root/$path/$name" ]; then
            QEMU_MODULE_DIR=$root/usr/lib/x86_64-linux-gnu/qemu exec "$root/lib64/ld-linux-x86-64.so.2" \
                --library-path "$root/usr/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu/pulseaudio:$root/usr/lib" \
                "$root/$path/$name" "$@"
        fi
    done
    [ -d "$root" ] || die "nothing is built yet: lab build"
    die "the guests have no program $name" 127
}

check_host() {
    case ${1-} in
        [1-9]) [ "$1" -gt "$lab_hosts" ] || return 0 ;;
    esac
    die "a host is a number from 1 to $lab_hosts, not '${1-}'" 2
}

# host_pid N: the process of host N, or failure. A pid file may outlive its process, and the number may be somebody else's by now.
host_pid() {
    local pid
    { read -r pid <"$run/h$1.pid"; } 2>/dev/null || return 1
    grep -zqxF "$run/h$1.pid" "/proc/$pid/cmdline" 2>/dev/null || return 1
    echo "$pid"
}

running_hosts() {
    local host
    for host in $(all_hosts); do
        ! host_pid "$host" >/dev/null || echo "$host"
    done
}

need_running() {
    host_pid "$1" >/dev/null || die "h$1 does not run: lab up, or lab boot $1"
}

# start_host N [OPTION...]: starts the machine over its root disk run/hN.qcow2; further options go to qemu.
start_host() {
    local host=$1 image firmware
    shift
    image=$(image_dir)
    firmware=$(rootfs_dir)/usr/share
    mkdir -p "$run/link"
    [ $((${#run} + 30)) -lt 108 ] || die "the path $run is too long for a socket: set LOCKSTEP_LAB to a shorter one"
    rm -f "$run/h$host.pid" "$run/link/h$host" "$run/link/h$host.cut"
    (run_tool qemu-system-x86_64 -L "$firmware/qemu" -L "$firmware/seabios" -name "lab-h$host" -machine q35 -accel "$lab_accel" -cpu "$lab_cpu" -smp 1 -m "$lab_memory" \
        -display none -vga none -serial "file:$run/h$host.console" \
        -monitor "unix:$run/h$host.monitor,server=on,wait=off" -qmp "unix:$run/h$host.qmp,server=on,wait=off" \
        -pidfile "$run/h$host.pid" -daemonize \
        -kernel "$image/vmlinuz" -initrd "$image/initrd" \
        -append "root=/dev/vda rw rootfstype=ext4 console=ttyS0 quiet loglevel=4 lab.host=$host lab.watchdog=$lab_watchdog mitigations=off tsc=reliable nokaslr net.ifnames=0 systemd.show_status=0 rd.systemd.show_status=0 audit=0 selinux=0 apparmor=0 panic=1" \
        -drive "file=$run/h$host.qcow2,format=qcow2,if=none,id=root,cache=unsafe,discard=unmap" \
        -device virtio-blk-pci,drive=root,serial=root \
        -drive "file=$shared,format=raw,if=none,id=shared,cache=none,file.locking=off" \
        -device virtio-blk-pci,drive=shared,serial=shared,share-rw=on,id=shareddisk \
        -drive "file=$product,format=raw,if=none,id=product,readonly=on,file.locking=off" \
        -device virtio-blk-pci,drive=product,serial=product,share-rw=on \
        -netdev "user,id=ssh,restrict=on,hostfwd=tcp:127.0.0.1:$((lab_ssh_base + host))-:22" \
        -device "virtio-net-pci,netdev=ssh,mac=52:54:00:4c:00:0$host" \
        "${link_options[@]}" -device "virtio-net-pci,netdev=link,mac=52:54:00:4c:01:0$host" \
        -device virtio-rng-pci "$@" </dev/null >"$run/h$host.qemu" 2>&1 9>&-) \
        || die "h$host does not start: $(cat "$run/h$host.qemu")"
}

new_root_disk() {
    mkdir -p "$run"
    rm -f "$run/h$1.qcow2"
    qemu-img create -q -f qcow2 -b "$(image_dir)/base.raw" -F raw "$run/h$1.qcow2"
}

# kill_host N: as if somebody pulled the plug.
kill_host() {
    local pid
    close_ssh "$1"
    if pid=$(host_pid "$1"); then
        kill -9 "$pid"
        while host_pid "$1" >/dev/null; do
            sleep 0.05
        done
    fi
    rm -f "$run/h$1.pid"
}

# monitor N COMMAND: a command of qemu's human monitor, by way of QMP, whose answers have an end. Prints what it says.
monitor() {
    local line answers=0 command=${2//\\/\\\\}
    command=${command//\"/\\\"}
    coproc control { exec socat - "unix-connect:$run/h$1.qmp" 2>/dev/null; }
    # shellcheck disable=SC2154 # set by coproc
    local pid=$control_PID from=${control[0]} to=${control[1]}
    printf '{"execute":"qmp_capabilities"}\n{"execute":"human-monitor-command","arguments":{"command-line":"%s"}}\n' "$command" >&"$to"
    while [ "$answers" -lt 2 ] && read -r -t 60 line <&"$from"; do
        case $line in
            *'"return":'*) answers=$((answers + 1)) ;;
            *'"error":'*) break ;;
        esac
    done
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    [ "$answers" -eq 2 ] || die "h$1 does not take the monitor command '$2': ${line:-no answer}"
    line=${line#*\"return\": \"}
    printf '%b' "${line%\"*}"
}

ssh_options=(-q -i "$lab_state/ssh/id" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=20
    -o IdentitiesOnly=yes -o BatchMode=yes -o ServerAliveInterval=10)

# on N COMMAND...: runs it on host N as root. One word is a line for the host's shell, several are the words of one command.
# All use one connection a host: a login of its own costs about a second under emulation.
on() {
    local host=$1 command
    shift
    open_ssh "$host" || die "h$host does not answer on 127.0.0.1:$((lab_ssh_base + host)): lab logs $host" 255
    if [ $# -le 1 ]; then
        command=${1-}
    else
        command=$(printf '%q ' "$@")
    fi
    if [ -z "$command" ]; then
        ssh "${ssh_options[@]}" -t -S "$run/h$host.ssh" lab-host
    else
        ssh "${ssh_options[@]}" -S "$run/h$host.ssh" lab-host "$command"
    fi
}

# Two that open it at once would remove each other's socket.
open_ssh() {
    ssh -q -O check -S "$run/h$1.ssh" lab-host 2>/dev/null && return
    (
        flock -w 60 7
        ssh -q -O check -S "$run/h$1.ssh" lab-host 2>/dev/null && exit
        rm -f "$run/h$1.ssh"
        # Without this process's pipes: the connection outlives it, and whoever reads from them would wait for their end.
        ssh "${ssh_options[@]}" -f -N -M -S "$run/h$1.ssh" -p $((lab_ssh_base + $1)) root@127.0.0.1 </dev/null >/dev/null 2>&1 7>&- 9>&-
    ) 7>"$run/h$1.ssh.lock"
}

close_ssh() {
    ssh -q -O exit -S "$run/h$1.ssh" lab-host 2>/dev/null || true
    rm -f "$run/h$1.ssh"
}

# await_host N: until it answers, then gives it the tools, and the time: a restored host has that of its snapshot.
await_host() {
    local host=$1 end=$((SECONDS + 180))
    until open_ssh "$host"; do
        need_running "$host"
        [ "$SECONDS" -lt "$end" ] || die "h$host does not answer after 180 s: lab logs $host"
        sleep 0.3
    done
    tools | on "$host" "tar -C / -x --no-overwrite-dir; date -s @$(date +%s.%N)" >/dev/null
}

boot_host() {
    local host=$1 began=$SECONDS
    ! host_pid "$host" >/dev/null || die "h$host runs already"
    [ -z "${2-}" ] || rm -f "$run/h$host.qcow2"
    [ -f "$shared" ] || die "there is no cluster yet: lab up"
    [ -f "$run/h$host.qcow2" ] || new_root_disk "$host"
    set_link_options "$host"
    start_host "$host"
    await_host "$host"
    say "h$host has booted" "$began"
}

# The private link is a pair of datagram sockets, so that no packet is seen outside the two processes.
set_link_options() {
    local peer=$((3 - $1))
    link_options=(-netdev "dgram,id=link,local.type=unix,local.path=$run/link/h$1,remote.type=unix,remote.path=$run/link/h$peer")
}

# Packets are lost without a word, as in a switch that failed: the sender finds no socket under the other's name.
cut_network() {
    local host
    for host in $(running_hosts); do
        [ ! -e "$run/link/h$host" ] || mv "$run/link/h$host" "$run/link/h$host.cut"
    done
}

mend_network() {
    local host
    for host in $(running_hosts); do
        [ ! -e "$run/link/h$host.cut" ] || mv "$run/link/h$host.cut" "$run/link/h$host"
    done
}

# The host's reads and writes of the shared disk wait: one byte and one request a second.
stall() {
    need_running "$1"
    monitor "$1" "block_set_io_throttle shared 1 0 0 1 0 0"
}

unstall() {
    need_running "$1"
    monitor "$1" "block_set_io_throttle shared 0 0 0 0 0 0"
}
