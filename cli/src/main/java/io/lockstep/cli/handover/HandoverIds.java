package io.lockstep.cli.handover;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.proto.v1.ListHandoversRequest;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A handover's id as a person writes it: all of it, or its first characters. */
final class HandoverIds {

    private static final int UUID_LENGTH = 36;
    private static final int MOST = 10_000;

    private HandoverIds() {}

    static String whole(String id, Cluster cluster) {
        return id.length() == UUID_LENGTH ? id : completed(id, cluster);
    }

    private static String completed(String id, Cluster cluster) {
        String wanted = id.toLowerCase(Locale.ROOT);
        List<String> matching =
                cluster
                        .handovers(
                                ListHandoversRequest.newBuilder().setLimit(MOST).build())
                        .getHandoversList()
                        .stream()
                        .map(h -> h.getRef().getId())
                        .filter(i -> i.startsWith(wanted))
                        .toList();
        return switch (matching.size()) {
            case 0 ->
                throw new CommandFailure(
                        ExitStatus.NO, "no handover's id begins with \"" + id + "\": lockstepctl handovers lists them");
            case 1 -> matching.getFirst();
            default ->
                throw new CommandFailure(
                        ExitStatus.USAGE,
                        matching.size() + " handovers begin with \"" + id + "\": "
                                + matching.stream().limit(5).collect(Collectors.joining(", ")));
        };
    }
}
