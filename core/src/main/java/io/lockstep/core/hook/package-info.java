/**
 * What libvirt's qemu hook tells, what an operator wants done at each operation, and the verdict that answers it.
 */
@NullMarked
package io.lockstep.core.hook;

import org.jspecify.annotations.NullMarked;
