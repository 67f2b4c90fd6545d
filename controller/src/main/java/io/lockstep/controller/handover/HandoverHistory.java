package io.lockstep.controller.handover;

import java.util.List;

/** Where handovers are kept for ever. Returns at once and never fails: what cannot be kept is logged, and kept later. */
public interface HandoverHistory {

    /** Called in the order in which a handover changed. */
    void changed(Handover handover, List<HandoverEvent> events);

    /** Of a handover that this controller has not opened itself; another one may have done so, and have said more about it. */
    default void learned(Handover handover, HandoverEvent how) {
        changed(handover, List.of(how));
    }
}
