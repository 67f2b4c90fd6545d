package io.lockstep.lvm.sanlock;

import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sanlock client gets -h 1}: how sanlock judges the hosts of each lockspace; no hosts right after joining. */
public record HostStates(Map<String, Optional<List<HostState>>> lockspaces) {

    public static final Command COMMAND = Command.of("sanlock", "client", "gets", "-h", "1");

    private static final Pattern SPACE = Pattern.compile("s ([^:]+):.*");
    private static final Pattern HOST = Pattern.compile("h (\\d+) gen (\\d+) timestamp (\\d+) (\\w+).*");

    /** One host in sanlock's word (LIVE, FAIL, DEAD, UNKNOWN, FREE), which is about this generation only. */
    public record HostState(int hostId, long generation, long timestamp, String word) {}

    public HostStates {
        lockspaces = Map.copyOf(lockspaces);
    }

    /** Empty when sanlock does not know the lockspace, or says {@code hosts not ready}. */
    public Optional<List<HostState>> of(String lockspace) {
        return lockspaces.getOrDefault(lockspace, Optional.empty());
    }

    public static HostStates parse(String out) throws UnreadableOutputException {
        Map<String, Optional<List<HostState>>> lockspaces = new HashMap<>();
        String current = "";
        for (String line : out.lines().filter(l -> !l.isBlank()).toList()) {
            Matcher space = SPACE.matcher(line);
            Matcher host = HOST.matcher(line);
            if (space.matches()) {
                current = space.group(1);
                lockspaces.put(current, Optional.of(new ArrayList<>()));
            } else if (line.contains("hosts not ready")) {
                lockspaces.put(current, Optional.empty());
            } else if (host.matches() && !current.isEmpty()) {
                HostState state = new HostState(
                        (int) Numbers.parse(host.group(1)),
                        Numbers.parse(host.group(2)),
                        Numbers.parse(host.group(3)),
                        host.group(4));
                lockspaces.getOrDefault(current, Optional.empty()).ifPresent(l -> l.add(state));
            } else {
                throw new UnreadableOutputException("unknown line: " + line);
            }
        }
        return new HostStates(lockspaces);
    }
}
