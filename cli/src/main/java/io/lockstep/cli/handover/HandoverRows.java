package io.lockstep.cli.handover;

import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.SideProgress;

/** A handover in a table's words. */
final class HandoverRows {

    private HandoverRows() {}

    static boolean closed(Handover handover) {
        return handover.getPhase() == HandoverPhase.HANDOVER_PHASE_COMMITTED
                || handover.getPhase() == HandoverPhase.HANDOVER_PHASE_REVERTED;
    }

    static String way(Handover handover) {
        return handover.getSource() + " -> " + handover.getTarget();
    }

    static Cell attention(Handover handover) {
        return Cell.attention(String.join("; ", handover.getAttentionList()));
    }

    static String progress(SideProgress progress) {
        return progress == SideProgress.SIDE_PROGRESS_UNSPECIFIED ? "not reported" : Words.of(progress);
    }
}
