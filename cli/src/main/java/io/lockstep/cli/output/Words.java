package io.lockstep.cli.output;

import io.lockstep.core.reconcile.Drift;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.OwnDomain;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.Volume;

/** The protocol's values in words: the enum's own word, without the prefix that protobuf wants. */
public final class Words {

    private static final int SHORT_ID = 8;

    private Words() {}

    public static String of(LockMode mode) {
        return word(mode, "LOCK_MODE_");
    }

    public static String of(HandoverPhase phase) {
        return word(phase, "HANDOVER_PHASE_");
    }

    public static String of(SideProgress progress) {
        return word(progress, "SIDE_PROGRESS_");
    }

    public static String of(OwnDomain own) {
        return word(own, "OWN_DOMAIN_");
    }

    public static String of(Lockspace.State state) {
        return word(state, "STATE_");
    }

    public static String of(Alarm.Kind kind) {
        return word(kind, "KIND_");
    }

    public static String of(io.lockstep.proto.v1.Drift.Kind kind) {
        return word(kind, "KIND_");
    }

    /** What a drift of this kind means. */
    public static String meaning(io.lockstep.proto.v1.Drift.Kind kind) {
        for (Drift.Kind known : Drift.Kind.values()) {
            if (ResultProtos.kind(known) == kind) {
                return known.words();
            }
        }
        return "a kind of drift that this version does not know";
    }

    public static String of(Volume volume) {
        return volume.getVg() + "/" + volume.getLv();
    }

    /** Enough to tell handovers apart; {@code lockstepctl handover} accepts it. */
    public static String shortId(HandoverRef handover) {
        return handover.getId().substring(0, Math.min(SHORT_ID, handover.getId().length()));
    }

    private static String word(Enum<?> value, String prefix) {
        String name = value.name();
        return switch (name) {
            case "UNRECOGNIZED" -> "?";
            default -> name.endsWith("_UNSPECIFIED") ? "-" : name.substring(prefix.length());
        };
    }
}
