package io.lockstep.cli.history;

import com.google.protobuf.Timestamp;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.ManualAction;
import java.time.temporal.ChronoUnit;

/** Times and people in a history's words: what was may be long ago, so times are moments, in UTC. */
final class Moments {

    private Moments() {}

    static String of(Timestamp at) {
        return Protos.time(at).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String who(ManualAction action) {
        return action.getRequestedBy().isEmpty() ? "-" : action.getRequestedBy();
    }
}
