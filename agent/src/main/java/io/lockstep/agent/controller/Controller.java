package io.lockstep.agent.controller;

import io.lockstep.agent.handover.SideView;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** The controller, as a target needs it to open a handover and anybody to learn who holds a volume. */
public interface Controller {

    /** Opens a handover, waiting at most until the deadline. */
    BeginOutcome begin(DomainUuid domain, String name, SortedSet<Volume> volumes, Epoch highest, Deadline deadline);

    /** Tells how far this side is. Does not block, and may be lost: the inventory says the same. */
    void report(SideView view);

    /** Who holds these volumes; empty when the controller does not answer in time. */
    Optional<Holders> holders(Set<Volume> volumes, Deadline deadline);

    /** What became of a request to open a handover. */
    sealed interface BeginOutcome {

        /** The source holds these volumes SHARED. */
        record Opened(HandoverId id, Epoch epoch, HostName source, SortedSet<Volume> shared) implements BeginOutcome {}

        /** Every host is known and none runs the domain. */
        record NobodyRunsIt() implements BeginOutcome {}

        /** In words for a person. */
        record Refused(String reason) implements BeginOutcome {}

        /** No controller answered: nothing is open as far as anybody knows. */
        record Unreachable(String reason) implements BeginOutcome {}
    }

    /** @param domains the names of the domains that claim the volume there; empty when nobody does */
    record Holder(
            Volume volume,
            HostName host,
            LockMode mode,
            List<String> domains,
            Optional<Instant> since,
            boolean fresh) {}

    /** @param unknownHosts hosts that may hold something too */
    record Holders(List<Holder> holders, List<String> unknownHosts) {}
}
