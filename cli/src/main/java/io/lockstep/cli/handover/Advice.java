package io.lockstep.cli.handover;

import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.Choice;
import io.lockstep.proto.v1.Sighting;
import java.util.List;
import java.util.stream.Collectors;

/** What was seen, and what can safely be done, in lines. */
public final class Advice {

    private Advice() {}

    /** Empty when nothing was seen. */
    static String seen(List<Sighting> seen) {
        return seen.stream().map(s -> s.getHost() + " " + Words.of(s.getOwn())).collect(Collectors.joining(", "));
    }

    public static String choice(Choice choice) {
        return (choice.getHost().isEmpty() ? "" : "on " + choice.getHost() + ": ") + choice.getCommand() + " ("
                + choice.getText() + ")";
    }
}
