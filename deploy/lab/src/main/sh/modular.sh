# shellcheck shell=bash disable=SC2154 # set or used by the other parts
# libvirt's modular daemons. Debian packages libvirtd only, and builds the others from the same source without packaging them: so does
# the lab, from the source of the very version that its hosts have, once.

modular_daemons="virtqemud virtproxyd"
modular_packages="build-essential meson ninja-build pkgconf patch xz-utils ca-certificates xsltproc libxml2-utils python3 gettext rpcsvc-proto
    libglib2.0-dev libxml2-dev libgnutls28-dev libjson-c-dev libtirpc-dev libreadline-dev libnl-3-dev libnl-route-3-dev libcap-ng-dev
    libacl1-dev libpciaccess-dev libudev-dev polkitd libpolkit-gobject-1-dev"

modular_key() {
    {
        rootfs_key
        declare -f build_modular modular_build
        echo "$modular_daemons" "$modular_packages"
    } | hash_of -
}

modular_dir() {
    echo "$lab_state/modular-$(modular_key)"
}

# The daemons and their units, laid out as they go to a host.
build_modular() {
    local to new version upstream began=$SECONDS signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
    to=$(modular_dir)
    [ ! -d "$to" ] || return 0
    find_mirror
    need_root
    need_tools
    version=$(dpkg-query --admindir="$(rootfs_dir)/var/lib/dpkg" -W -f '${source:Version}' libvirt-daemon-driver-qemu)
    upstream=${version%-*}
    new=$to.new
    rm -rf --one-file-system "$lab_state"/modular-*.new
    say "libvirt's modular daemons are built from the source of $version: some minutes, once"
    # shellcheck disable=SC2016 # $1 is for mmdebstrap's shell
    run_logged modular mmdebstrap --mode=root --variant=apt --components=main \
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "3"' \
        --include="$(printf '%s' "$modular_packages" | xargs -n 1 | paste -sd,)" \
        --customize-hook='cp /etc/resolv.conf "$1/etc/resolv.conf"' \
        --customize-hook="cat >\"\$1/build.sh\" <<'BUILD'
$(modular_build "$version" "$upstream")
BUILD" \
        --customize-hook='chroot "$1" sh -eu /build.sh' \
        "$lab_suite" "$new" "deb $signed $lab_mirror $lab_suite main" "deb-src $signed $lab_mirror $lab_suite main"
    mv "$new/out" "$to"
    rm -rf --one-file-system "$new"
    say "libvirt's modular daemons built" "$began"
}

# The program that runs in the chroot. The sums of the source's files come from apt's signed list.
modular_build() {
    cat <<BUILD
mkdir /src
cd /src
for file in libvirt_$upstream.orig.tar.xz libvirt_$version.debian.tar.xz; do
    sum=\$(apt-cache showsrc --only-source libvirt | awk -v file="\$file" '
        /^Checksums-Sha256:/ { sums = 1; next }
        /^[^ ]/ { sums = 0 }
        sums && \$3 == file { print \$1; exit }')
    [ -n "\$sum" ] || { echo "apt's list of sources has no \$file" >&2; exit 1; }
    /usr/lib/apt/apt-helper download-file "$lab_mirror/pool/main/libv/libvirt/\$file" "\$file" "SHA256:\$sum"
    tar xf "\$file"
done
cd libvirt-$upstream
grep -v '^#' ../debian/patches/series | while read -r patch; do
    patch -s -p 1 <"../debian/patches/\$patch"
done
meson setup /build --prefix=/usr --sysconfdir=/etc --localstatedir=/var --libdir=lib/x86_64-linux-gnu --libexecdir=lib/libvirt \\
    -Drunstatedir=/run -Dinitconfdir=/etc/default -Dsystem=true -Dremote_default_mode=legacy -Dinit_script=systemd -Dpackager_version=$version \\
    -Dauto_features=disabled -Ddriver_remote=enabled -Ddriver_libvirtd=enabled -Ddriver_qemu=enabled \\
    -Dqemu_user=libvirt-qemu -Dqemu_group=libvirt-qemu \\
    -Dlibnl=enabled -Dudev=enabled -Dpciaccess=enabled -Djson_c=enabled -Dcapng=enabled -Dpolkit=enabled -Ddocs=disabled -Dtests=disabled
ninja -C /build $(printf 'src/%s ' $modular_daemons)
for daemon in $modular_daemons; do
    install -D -t /out/usr/sbin /build/src/\$daemon
    find /build/src -name "\$daemon.service" -o -name "\$daemon*.socket" | xargs install -D -m 644 -t /out/usr/lib/systemd/system
done
BUILD
}

# Instead of libvirtd, in a host's file system. virtproxyd is for those that come over TCP and ssh.
install_modular() {
    local root=$1 unit
    cp -a "$(modular_dir)/." "$root/"
    echo 'remote_mode = "auto"' >>"$root/etc/libvirt/libvirt.conf"
    grep ^log_ "$root/etc/libvirt/libvirtd.conf" | sed s/libvirtd.log/virtqemud.log/ >"$root/etc/libvirt/virtqemud.conf"
    grep ^auth_tcp "$root/etc/libvirt/libvirtd.conf" >"$root/etc/libvirt/virtproxyd.conf"
    mkdir -p "$root/etc/systemd/system/virtqemud.service.d"
    cp "$root/etc/systemd/system/libvirtd.service.d/lab.conf" "$root/etc/systemd/system/virtqemud.service.d/"
    printf 'VIRTQEMUD_ARGS=\n' >"$root/etc/default/virtqemud"
    run_logged systemctl chroot "$root" systemctl disable libvirtd.service libvirtd.socket libvirtd-tcp.socket libvirtd-ro.socket libvirtd-admin.socket
    for unit in libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd-tcp.socket; do
        ln -sf /dev/null "$root/etc/systemd/system/$unit"
    done
    run_logged systemctl chroot "$root" systemctl enable virtqemud.service virtqemud.socket virtproxyd.socket virtproxyd-tcp.socket
}
