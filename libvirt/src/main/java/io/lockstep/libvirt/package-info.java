/**
 * The hypervisor of a real host: libvirt's C library through the foreign-function API.
 */
@NullMarked
package io.lockstep.libvirt;

import org.jspecify.annotations.NullMarked;
