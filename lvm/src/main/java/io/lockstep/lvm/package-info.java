/**
 * The lock manager of a real host: LVM commands, lvmlockd and sanlock, run with time limits and read back.
 */
@NullMarked
package io.lockstep.lvm;

import org.jspecify.annotations.NullMarked;
