package io.lockstep.lvm.lvmlockd;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.CommandResult;
import io.lockstep.lvm.command.UnreadableOutputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code lvmlockctl --info --dump}: what lvmlockd of this host believes. It is local and cheap, takes no lock, and is the only view
 * that shows a lock whose volume is inactive; but it goes on saying {@code ex} when sanlock has died.
 */
public record LockdDump(List<LockdLockspace> lockspaces) {

    public static final Command COMMAND = Command.of("lvmlockctl", "--info", "--dump");

    /**
     * lvmlockctl receives the dump on a socket of a fixed name: of two that run at the same time one fails, whoever runs the other.
     * Then it says {@code socket error -98} and has asked nothing.
     */
    public static boolean anotherIsRunning(CommandResult result) {
        return result instanceof CommandResult.Ended ended
                && ended.exitStatus() != 0
                && (ended.out() + ended.err()).contains("socket error");
    }

    public LockdDump {
        lockspaces = List.copyOf(lockspaces);
    }

    /** The lockspace of a volume group; one that is being removed only when there is no other. */
    public Optional<LockdLockspace> of(String vg) {
        List<LockdLockspace> all =
                lockspaces.stream().filter(l -> l.vgName().equals(vg)).toList();
        return all.stream()
                .filter(l -> !l.removed())
                .findFirst()
                .or(() -> all.stream().findFirst());
    }

    public static LockdDump parse(String out) throws UnreadableOutputException {
        List<Map<String, String>> spaces = new ArrayList<>();
        List<Map<LvUuid, LockMode>> locks = new ArrayList<>();
        boolean seen = false;
        for (String line : out.lines().filter(l -> l.startsWith("info=")).toList()) {
            seen = true;
            Map<String, String> fields = fields(line);
            String kind = fields.getOrDefault("info", "");
            if (kind.equals("ls")) {
                spaces.add(fields);
                locks.add(new HashMap<>());
            } else if (kind.equals("r") && "lv".equals(fields.get("type"))) {
                if (locks.isEmpty()) {
                    throw new UnreadableOutputException("a lock without a lockspace: " + line);
                }
                locks.getLast().put(uuid(fields, line), mode(fields, line));
            }
        }
        if (!seen) {
            throw new UnreadableOutputException("not a dump of lvmlockd");
        }
        List<LockdLockspace> lockspaces = new ArrayList<>();
        for (int i = 0; i < spaces.size(); i++) {
            lockspaces.add(LockdLockspace.of(spaces.get(i), locks.get(i)));
        }
        return new LockdDump(lockspaces);
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String field : line.split(" +", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }

    private static LvUuid uuid(Map<String, String> fields, String line) throws UnreadableOutputException {
        try {
            return new LvUuid(fields.getOrDefault("name", ""));
        } catch (IllegalArgumentException e) {
            throw new UnreadableOutputException("a lock without an LV UUID: " + line, e);
        }
    }

    private static LockMode mode(Map<String, String> fields, String line) throws UnreadableOutputException {
        return switch (fields.getOrDefault("mode", "")) {
            case "ex" -> LockMode.EXCLUSIVE;
            case "sh" -> LockMode.SHARED;
            // Invalid and null are lvmlockd's own words for a resource that nothing holds yet.
            case "un", "iv", "nl" -> LockMode.UNLOCKED;
            default -> throw new UnreadableOutputException("a lock in an unknown mode: " + line);
        };
    }
}
