/**
 * What {@code lvs} and {@code vgs} say of the metadata of volume groups, as JSON.
 */
@NullMarked
package io.lockstep.lvm.report;

import org.jspecify.annotations.NullMarked;
