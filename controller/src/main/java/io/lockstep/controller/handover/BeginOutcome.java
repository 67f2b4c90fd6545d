package io.lockstep.controller.handover;

import io.lockstep.controller.host.VolumeResult;
import java.util.List;

/** What became of a Begin. */
public sealed interface BeginOutcome {

    /** The source holds its locks shared; the handover's volumes are what it shares. */
    record Opened(Handover handover) implements BeginOutcome {}

    /** Every host was heard and none has anything to hand over: an offline migration. */
    record NobodyRunsIt() implements BeginOutcome {}

    /** The migration must not start; the reason is for a person. */
    record Refused(Code code, String reason, List<VolumeResult> results) implements BeginOutcome {
        public Refused {
            results = List.copyOf(results);
        }

        static Refused because(Code code, String reason) {
            return new Refused(code, reason, List.of());
        }
    }

    /** The caller has gone; nobody waits for this. */
    record Abandoned() implements BeginOutcome {}

    /** Why a Begin was refused, for programs. */
    enum Code {
        ACTIVE_TWICE,
        ACTIVE_ON_TARGET,
        HOSTS_UNKNOWN,
        HANDOVER_OPEN,
        SOURCE_REFUSED,
        SOURCE_SILENT
    }
}
