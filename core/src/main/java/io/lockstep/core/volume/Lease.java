package io.lockstep.core.volume;

import java.util.SortedSet;
import java.util.TreeSet;

/** Who holds a volume in the whole cluster, read from sanlock's lease area on the shared disk. */
public sealed interface Lease {

    record Free() implements Lease {}

    record Exclusive(HostId owner, Generation generation) implements Lease {}

    record Shared(SortedSet<HostId> holders) implements Lease {
        public Shared {
            holders = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(holders));
        }
    }

    /** The lease area could not be read, or the lock manager has none (dlm). */
    record Unknown(String reason) implements Lease {}
}
