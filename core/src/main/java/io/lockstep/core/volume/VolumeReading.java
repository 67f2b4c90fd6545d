package io.lockstep.core.volume;

/**
 * One volume as this host sees it.
 *
 * @param lock the mode that lvmlockd shows for this host
 * @param active whether the device-mapper device exists; a lock without it is leaked, a device without a lock unprotected
 * @param open whether a process has the device open
 */
public record VolumeReading(Volume volume, LockMode lock, boolean active, boolean open) {}
