package io.lockstep.lvm.sanlock;

/**
 * A lease that this host holds.
 *
 * @param name the LV UUID, or VGLK or GLLK
 * @param orphan its process died without releasing it
 */
public record SanlockResource(String lockspace, String name, long offset, boolean shared, long pid, boolean orphan) {}
