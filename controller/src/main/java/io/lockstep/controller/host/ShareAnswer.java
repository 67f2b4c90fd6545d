package io.lockstep.controller.host;

import io.lockstep.core.handover.Epoch;
import io.lockstep.core.volume.Volume;
import java.util.List;

/** A source's answer. */
public sealed interface ShareAnswer {

    /**
     * The source holds these SHARED.
     *
     * @param epoch under which the handover is open there; NONE for the one that was asked for
     */
    record Shared(List<Volume> volumes, Epoch epoch) implements ShareAnswer {
        public Shared {
            volumes = List.copyOf(volumes);
        }

        public Shared(List<Volume> volumes) {
            this(volumes, Epoch.NONE);
        }
    }

    /** Nothing is shared; what had been shared already was given back. */
    record Refused(String reason, List<VolumeResult> results) implements ShareAnswer {
        public Refused {
            results = List.copyOf(results);
        }
    }

    /** The source has seen this epoch for the domain, and wants a higher one. */
    record StaleEpoch(Epoch highest) implements ShareAnswer {}

    /** Another handover of the domain is open there. */
    record AlreadyOpen(SideReport handover) implements ShareAnswer {}

    /** The domain has no claims there. */
    record NotHere() implements ShareAnswer {}

    /** No answer in time, or a broken connection: the source may have shared or not. */
    record Silent(String why) implements ShareAnswer {}
}
