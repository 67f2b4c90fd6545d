# shellcheck shell=bash disable=SC2154 # set or used by the other parts
# The bare Debian of the guests, unpacked on this machine: what the image is made of, and where the lab's own qemu and sanlock run from.

rootfs_key() {
    {
        declare -f build_rootfs
        echo "$lab_suite" "$lab_packages" "$lab_extra_packages"
    } | hash_of -
}

rootfs_dir() {
    echo "$lab_state/rootfs-$(rootfs_key)"
}

find_mirror() {
    if [ -z "$lab_mirror" ]; then
        lab_mirror=$(awk '
            FNR == 1 { ours = 0 }
            /^URIs:/ { uri = $2 }
            /^Suites:/ && uri ~ /debian\/?$/ { print uri; exit }
            /^deb / { for (i = 2; i < NF; i++) if ($i ~ /^http.*debian\/?$/) { print $i; exit } }
        ' /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null || true)
    fi
    : "${lab_mirror:=http://deb.debian.org/debian}"
}

build_rootfs() {
    local root packages began=$SECONDS
    root=$(rootfs_dir)
    [ ! -d "$root" ] || return 0
    find_mirror
    need_root
    need_tools
    packages=$(printf '%s %s' "$lab_packages" "$lab_extra_packages" | xargs -n 1 | paste -sd,)
    rm -rf --one-file-system "$lab_state"/rootfs-*.new
    # The initrd takes only what the root disk needs: unpacking it is slow under emulation.
    # shellcheck disable=SC2016 # $1 is for mmdebstrap's shell
    run_logged rootfs mmdebstrap --mode=root --variant=minbase --components=main \
        --aptopt='APT::Install-Recommends "false"' \
        --aptopt='Acquire::Languages "none"' \
        --aptopt='Acquire::Retries "3"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
        --setup-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" && printf "MODULES=list\nCOMPRESS=lz4\nRESUME=none\n" >"$1/etc/initramfs-tools/conf.d/lab"' \
        --customize-hook='rm -f "$1"/usr/share/initramfs-tools/hooks/lvm2 "$1"/usr/share/initramfs-tools/scripts/local-top/lvm2' \
        --customize-hook='printf "virtio_pci\nvirtio_blk\next4\n" >"$1/etc/initramfs-tools/modules"' \
        --customize-hook='chroot "$1" update-initramfs -u -k all' \
        --customize-hook='rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/*' \
        --include="$packages" "$lab_suite" "$root.new" "$lab_mirror"
    mv "$root.new" "$root"
    say "Debian $lab_suite unpacked, $(du -sm --one-file-system "$root" | cut -f 1) MB" "$began"
}
