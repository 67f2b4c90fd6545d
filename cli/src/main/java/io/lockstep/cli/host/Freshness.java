package io.lockstep.cli.host;

import io.lockstep.cli.output.Printer;
import io.lockstep.proto.v1.Host;
import java.util.List;

/** Whether what is known of a host is so at this moment. Of an unknown host it is only the last known, and proves nothing. */
public final class Freshness {

    private Freshness() {}

    public static boolean fresh(Host host) {
        return host.getState() == Host.State.STATE_CONNECTED;
    }

    /** Empty for a connected host. */
    public static String mark(Host host, Printer printer) {
        if (fresh(host)) {
            return "";
        }
        return host.hasSeenAt()
                ? "host unknown; last known " + printer.ago(host.hasSeenAt(), host.getSeenAt())
                : "host unknown; never seen";
    }

    /** Warns of what may be missing or out of date in the result. */
    public static void warn(List<Host> hosts, Printer printer) {
        List<String> unknown =
                hosts.stream().filter(h -> !fresh(h)).map(Host::getName).toList();
        if (!unknown.isEmpty()) {
            printer.note("unknown at the moment: " + String.join(", ", unknown)
                    + "; what is shown of them is the last known and proves nothing");
        }
    }
}
