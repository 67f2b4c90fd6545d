/**
 * What sanlock says: of this host's lockspaces and leases, of the other hosts, and of the lease area on the shared disk.
 */
@NullMarked
package io.lockstep.lvm.sanlock;

import org.jspecify.annotations.NullMarked;
