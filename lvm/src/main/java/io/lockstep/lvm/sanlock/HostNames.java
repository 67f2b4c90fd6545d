package io.lockstep.lvm.sanlock;

import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** {@code sanlock client host_status -D}: the details of the hosts of each lockspace. */
public record HostNames(Map<String, Map<Integer, HostDetail>> lockspaces) {

    public static final Command COMMAND = Command.of("sanlock", "client", "host_status", "-D");

    /**
     * @param name the host's {@code our_host_name}; empty where it is not set
     * @param timestamp of its last renewal, on its own clock
     * @param lastLive when this host last saw it renew, on this host's clock
     */
    public record HostDetail(int hostId, long generation, long timestamp, long lastLive, long ioTimeout, String name) {}

    public HostNames {
        lockspaces = Map.copyOf(lockspaces);
    }

    public Optional<HostDetail> host(String lockspace, int hostId) {
        return Optional.ofNullable(lockspaces.getOrDefault(lockspace, Map.of()).get(hostId));
    }

    public static HostNames parse(String out) throws UnreadableOutputException {
        Map<String, Map<Integer, HostDetail>> lockspaces = new HashMap<>();
        Map<Integer, HostDetail> current = new HashMap<>();
        Map<String, String> fields = new HashMap<>();
        for (String line : out.lines().filter(l -> !l.isBlank()).toList()) {
            if (Character.isWhitespace(line.charAt(0))) {
                String field = line.strip();
                int equals = field.indexOf('=');
                if (equals > 0) {
                    fields.put(field.substring(0, equals), field.substring(equals + 1));
                }
                continue;
            }
            add(current, fields);
            fields.clear();
            if (line.startsWith("lockspace ")) {
                current = new HashMap<>();
                lockspaces.put(line.substring("lockspace ".length()).strip(), current);
            }
        }
        add(current, fields);
        return new HostNames(lockspaces);
    }

    private static void add(Map<Integer, HostDetail> hosts, Map<String, String> fields)
            throws UnreadableOutputException {
        if (!fields.containsKey("owner_id")) {
            return;
        }
        int id = (int) number(fields, "owner_id");
        hosts.put(
                id,
                new HostDetail(
                        id,
                        number(fields, "owner_generation"),
                        number(fields, "timestamp"),
                        number(fields, "last_live"),
                        number(fields, "io_timeout"),
                        fields.getOrDefault("owner_name", "")));
    }

    private static long number(Map<String, String> fields, String name) throws UnreadableOutputException {
        return Numbers.parse(fields.getOrDefault(name, "0"));
    }
}
