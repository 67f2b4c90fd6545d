/**
 * Logical volumes of shared volume groups, the modes they are locked in, and what the lock manager says of them.
 *
 * <p>A {@link io.lockstep.core.volume.Volume} is its LV UUID; its name is only how commands address it. A lock mode never
 * stands alone as a result: every answer of the lock manager is a {@link io.lockstep.core.volume.LockResult}.
 */
@NullMarked
package io.lockstep.core.volume;

import org.jspecify.annotations.NullMarked;
