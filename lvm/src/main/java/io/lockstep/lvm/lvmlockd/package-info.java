/**
 * What {@code lvmlockctl --info --dump} says: the lockspaces of this host and the LV locks held in them.
 */
@NullMarked
package io.lockstep.lvm.lvmlockd;

import org.jspecify.annotations.NullMarked;
