package io.lockstep.core.volume;

/**
 * A volume as its volume group's metadata describes it.
 *
 * @param shareable whether LVM can activate it shared (linear and striped can, unless they are the origin of a snapshot)
 * @param type the type as LVM names it, for people: linear, thin, snapshot origin, …
 */
public record VolumeInfo(Volume volume, boolean shareable, String type) {}
