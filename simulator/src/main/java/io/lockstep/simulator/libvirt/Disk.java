package io.lockstep.simulator.libvirt;

/**
 * A disk of a guest, or a file below its top layer.
 *
 * @param source the path that qemu opens
 * @param target the name inside the guest; empty for a backing file
 */
record Disk(String source, String target, boolean readOnly, boolean shareable) {}
