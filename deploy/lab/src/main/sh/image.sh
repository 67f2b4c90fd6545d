# shellcheck shell=bash disable=SC2154 # set or used by the other parts
# The hosts' common root disk, kernel and initrd: the bare Debian with the files below guest/ and the lab's ssh key.
#
# What is below guest/usr/local/sbin and guest/usr/local/share are tools: they are no part of the image, but copied to every host
# whenever it starts (await_host), so that a change of theirs needs no new image and no new cluster.

guest=$(cd "$here/../guest" && pwd)

# Not needed by a host that is thrown away, and slow to start under emulation.
masked="getty@tty1.service serial-getty@ttyS0.service lvm2-monitor.service blk-availability.service libvirt-guests.service
    systemd-timesyncd.service systemd-networkd.service systemd-networkd-wait-online.service systemd-resolved.service
    systemd-machine-id-commit.service systemd-random-seed.service systemd-journal-flush.service systemd-update-utmp.service
    systemd-pcrphase.service systemd-hwdb-update.service systemd-firstboot.service systemd-pstore.service
    systemd-hostnamed.service ldconfig.service keyboard-setup.service console-setup.service e2scrub_reap.service
    modprobe@drm.service modprobe@efi_pstore.service modprobe@configfs.service modprobe@fuse.service
    sys-kernel-debug.mount sys-kernel-tracing.mount dev-mqueue.mount
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer logrotate.timer"

image_key() {
    {
        rootfs_key
        declare -f build_image customise
        if [ "$lab_libvirt" = virtqemud ]; then
            modular_key
            declare -f install_modular
        fi
        cat "$lab_state/ssh/id.pub"
        echo "$lab_root_size" "$masked"
        image_files | sha256sum
    } | hash_of -
}

# The files of guest/ that belong to the image, and the tools, each as a tar archive that says the same for the same files.
image_files() {
    pack --exclude=./usr/local/sbin --exclude=./usr/local/share .
}

tools() {
    pack ./usr/local/sbin ./usr/local/share
}

pack() {
    tar -C "$guest" --sort=name --owner=0 --group=0 --mtime=@0 --mode=u=rwX,go=rX -c "$@"
}

image_dir() {
    echo "$lab_state/image-$(image_key)"
}

make_ssh_key() {
    [ ! -f "$lab_state/ssh/id.pub" ] || return 0
    need_tools
    mkdir -p "$lab_state/ssh"
    rm -f "$lab_state/ssh/id"
    ssh-keygen -q -t ed25519 -N '' -C lockstep-lab -f "$lab_state/ssh/id"
}

build_image() {
    make_ssh_key
    build_rootfs
    [ "$lab_libvirt" != virtqemud ] || build_modular
    local image new began=$SECONDS
    image=$(image_dir)
    [ ! -d "$image" ] || return 0
    need_root
    need_tools
    new=$image.new
    rm -rf --one-file-system "$lab_state"/image-*.new
    mkdir -p "$new"
    cp -a --reflink=auto "$(rootfs_dir)" "$new/root"
    customise "$new/root"
    # The journal is small, but there is one: a host whose power was cut boots from the same disk again.
    run_logged mke2fs mke2fs -q -t ext4 -O '^metadata_csum' -J size=16 -E lazy_itable_init=1 -L lab-root -d "$new/root" \
        "$new/base.raw" "$lab_root_size"
    cp "$new"/root/boot/vmlinuz-* "$new/vmlinuz"
    cp "$new"/root/boot/initrd.img-* "$new/initrd"
    rm -rf --one-file-system "$new/root"
    mv "$new" "$image"
    say "image built, $(du -sm "$image" | cut -f 1) MB" "$began"
}

customise() {
    local root=$1 unit
    image_files | tar -C "$root" -x --no-overwrite-dir
    chmod 700 "$root/root/.ssh"
    install -m 600 "$lab_state/ssh/id" "$root/root/.ssh/id_ed25519"
    install -m 600 "$lab_state/ssh/id.pub" "$root/root/.ssh/authorized_keys"
    echo 'root:lab' | chroot "$root" chpasswd
    rm -f "$root"/etc/ssh/ssh_host_*
    chroot "$root" ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
    : >"$root/etc/resolv.conf"
    for unit in $masked; do
        ln -sf /dev/null "$root/etc/systemd/system/$unit"
    done
    run_logged systemctl chroot "$root" systemctl disable wdmd.service virtlogd.service
    run_logged systemctl chroot "$root" systemctl enable lab-host.service ssh.service sanlock.service lvmlockd.service lvmlocks.service \
        libvirtd.service libvirtd.socket libvirtd-tcp.socket
    [ "$lab_libvirt" != virtqemud ] || install_modular "$root"
    run_logged systemctl chroot "$root" systemctl set-default multi-user.target
}
