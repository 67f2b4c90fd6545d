/**
 * The few functions of libvirt's C library that are used, as Java calls. Every one may block as long as libvirt likes.
 */
@NullMarked
package io.lockstep.libvirt.nativeapi;

import org.jspecify.annotations.NullMarked;
