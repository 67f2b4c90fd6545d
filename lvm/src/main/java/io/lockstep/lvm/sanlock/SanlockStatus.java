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

/**
 * {@code sanlock client status -D}: this host's lockspaces and the leases it holds.
 *
 * @param hostName {@code our_host_name}
 * @param watchdog {@code use_watchdog}
 * @param monotime sanlock's clock, in seconds; the clock of all times in here
 */
public record SanlockStatus(
        String hostName, boolean watchdog, long monotime, List<SanlockSpace> spaces, List<SanlockResource> resources) {

    public static final Command COMMAND = Command.of("sanlock", "client", "status", "-D");

    private static final Pattern SPACE = Pattern.compile("s ([^:]+):(\\d+):(.*):(\\d+)(?: .*)?");
    private static final Pattern RESOURCE =
            Pattern.compile("r ([^:]+):([^:]+):(.*):(\\d+):(SH|\\d+) p (-?\\d+)(?: (.*))?");

    public SanlockStatus {
        spaces = List.copyOf(spaces);
        resources = List.copyOf(resources);
    }

    public Optional<SanlockSpace> space(String lockspace) {
        return spaces.stream().filter(s -> s.name().equals(lockspace)).findFirst();
    }

    /** The leases that a dead lvmlockd has left behind: other hosts are refused, and nobody here can release them. */
    public List<SanlockResource> orphans(String lockspace) {
        return resources.stream()
                .filter(r -> r.lockspace().equals(lockspace) && r.orphan())
                .toList();
    }

    public static SanlockStatus parse(String out) throws UnreadableOutputException {
        List<Block> blocks = new ArrayList<>();
        for (String line : out.lines().filter(l -> !l.isBlank()).toList()) {
            if (!Character.isWhitespace(line.charAt(0))) {
                blocks.add(new Block(line.stripTrailing(), new HashMap<>()));
            } else if (!blocks.isEmpty()) {
                String field = line.strip();
                int equals = field.indexOf('=');
                if (equals > 0) {
                    blocks.getLast().fields().put(field.substring(0, equals), field.substring(equals + 1));
                }
            }
        }
        Block daemon = blocks.stream()
                .filter(b -> b.head().startsWith("daemon "))
                .findFirst()
                .orElseThrow(() -> new UnreadableOutputException("sanlock does not answer"));
        List<SanlockSpace> spaces = new ArrayList<>();
        List<SanlockResource> resources = new ArrayList<>();
        for (Block block : blocks) {
            if (block.head().startsWith("s ")) {
                spaces.add(block.space());
            } else if (block.head().startsWith("r ")) {
                resources.add(block.resource());
            }
        }
        return new SanlockStatus(
                daemon.fields().getOrDefault("our_host_name", ""),
                daemon.number("use_watchdog") != 0,
                daemon.number("monotime"),
                spaces,
                resources);
    }

    /** A line, and the indented lines that belong to it. */
    private record Block(String head, Map<String, String> fields) {

        SanlockSpace space() throws UnreadableOutputException {
            Matcher line = SPACE.matcher(head);
            if (!line.matches()) {
                throw new UnreadableOutputException("not a lockspace: " + head);
            }
            return new SanlockSpace(
                    line.group(1),
                    (int) Numbers.parse(line.group(2)),
                    line.group(3),
                    // spaces, or add and rem while it is joined or left
                    fields.getOrDefault("list", "spaces").equals("spaces"),
                    number("host_generation"),
                    number("io_timeout"),
                    number("align_size"),
                    number("space_dead") != 0,
                    number("killing_pids") != 0,
                    number("acquire_last_success"),
                    number("renewal_last_success"));
        }

        SanlockResource resource() throws UnreadableOutputException {
            Matcher line = RESOURCE.matcher(head);
            if (!line.matches()) {
                throw new UnreadableOutputException("not a lease: " + head);
            }
            return new SanlockResource(
                    line.group(1),
                    line.group(2),
                    Numbers.parse(line.group(4)),
                    line.group(5).equals("SH"),
                    Numbers.parse(line.group(6)),
                    line.group(7) != null && line.group(7).contains("ORPHAN"));
        }

        long number(String name) throws UnreadableOutputException {
            String value = fields.get(name);
            if (value == null) {
                throw new UnreadableOutputException("no " + name + " under \"" + head + "\"");
            }
            return Numbers.parse(value);
        }
    }
}
