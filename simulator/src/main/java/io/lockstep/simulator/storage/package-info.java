/**
 * The shared disk of a cluster with lvmlockd's and sanlock's semantics, as measured on a real one.
 *
 * <p>What is on the disk (metadata, lease area) is one object for all hosts; what a host knows of it (lvmlockd's modes, its
 * devices, its lockspaces) is the host's own and may be wrong: that difference is what this package is for.
 */
@NullMarked
package io.lockstep.simulator.storage;

import org.jspecify.annotations.NullMarked;
