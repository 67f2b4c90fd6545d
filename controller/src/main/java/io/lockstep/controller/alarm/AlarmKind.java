package io.lockstep.controller.alarm;

/** The kinds of alarms. */
public enum AlarmKind {
    /** The guest runs on two hosts. */
    DOUBLE_RUN,
    /** It runs on the target, and its old process stands paused on the source. */
    LEFT_OVER,
    /** It is active on a host that takes no part in its handover. */
    THIRD_HOST,
    /** A side of a handover says that a person should look. */
    ATTENTION,
    /** It runs without a lock that it needs: the lock manager refuses it, or its lockspace is not live. */
    UNPROTECTED;

    /** Whether looks at both sides raise and clear it, and not a host's own word. */
    boolean ofLooks() {
        return switch (this) {
            case DOUBLE_RUN, LEFT_OVER, THIRD_HOST -> true;
            case ATTENTION, UNPROTECTED -> false;
        };
    }

    static AlarmKind of(io.lockstep.core.handover.HandoverAlarms.Kind kind) {
        return switch (kind) {
            case DOUBLE_RUN -> DOUBLE_RUN;
            case LEFT_OVER -> LEFT_OVER;
            case THIRD_HOST -> THIRD_HOST;
        };
    }
}
