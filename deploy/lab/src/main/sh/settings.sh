# shellcheck shell=bash disable=SC2034 # set or used by the other parts
# Settings of the lab, sourced by `lab`. Each one can be given in the environment; what belongs to the image is part of its cache key.

lab_state=${LOCKSTEP_LAB:-${XDG_CACHE_HOME:-$HOME/.cache}/lockstep-lab} # images, disks, sockets, logs: all that the lab writes
lab_hosts=${LOCKSTEP_LAB_HOSTS:-2}                                      # 1 or 2
lab_memory=${LOCKSTEP_LAB_MEMORY:-2048}                                 # MB a host
lab_watchdog=${LOCKSTEP_LAB_WATCHDOG:-0}                                # 1: sanlock with wdmd and softdog, which reset a host that lost its leases
lab_ssh_base=${LOCKSTEP_LAB_SSH_BASE:-2200}                             # host N answers ssh on 127.0.0.1, at this port + N
lab_shared_size=${LOCKSTEP_LAB_SHARED_SIZE:-2G}                         # the disk of the volume group vg0
lab_root_size=${LOCKSTEP_LAB_ROOT_SIZE:-4G}                             # a host's root disk; sparse
lab_product_size=512M                                                   # the disk that brings the product; the same in every snapshot
lab_libvirt=${LOCKSTEP_LAB_LIBVIRT:-libvirtd}                           # or virtqemud: the modular daemons
lab_suite=${LOCKSTEP_LAB_SUITE:-trixie}
lab_mirror=${LOCKSTEP_LAB_MIRROR-}                                      # empty: the one that this machine's apt uses
lab_extra_packages=${LOCKSTEP_LAB_PACKAGES-}                            # more Debian packages for the guests
lab_accel=${LOCKSTEP_LAB_ACCEL:-tcg,thread=multi,tb-size=512}
lab_cpu=${LOCKSTEP_LAB_CPU:-max,-la57,-svm}

# Not the whole of libvirt's and LVM's recommendations: what a host of such a cluster runs, and what a person needs to look into it.
lab_packages="systemd systemd-sysv udev dbus kmod iproute2 iputils-ping procps psmisc strace less xxd lsof python3
    openssh-server lvm2 lvm2-lockd sanlock thin-provisioning-tools
    libvirt-daemon-system libvirt-clients libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils seabios
    linux-image-cloud-amd64 initramfs-tools lz4 zstd"
