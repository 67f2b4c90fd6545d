package io.lockstep.lab.lease;

import io.lockstep.lab.machine.LabException;
import io.lockstep.lab.machine.LabScript;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * sanlock's lease area of the volume group, dumped from the shared disk's image outside of any host: it can be read while a host is
 * dead, stalled or lying.
 */
public final class LeaseArea {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long LEASE = 1 << 20;

    /** {@code 70254592  lvm_vg0  <LV UUID> 0000000352 0001 0001 19} */
    private static final Pattern RESOURCE =
            Pattern.compile("\\s*(\\d+)\\s+(\\S+)\\s+(\\S+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+\\d+\\s*");

    /** {@code 0002 0001 SH}, below the resource that it is about. */
    private static final Pattern SHARER = Pattern.compile("\\s*(\\d+)\\s+(\\d+)\\s+SH\\s*");

    private final LabScript script;
    private final String disk;
    private final long begin;
    private final Map<String, Long> offsets = new TreeMap<>();

    /** @param table what {@code lab lease-area} prints: {@code area FILE START SIZE}, and {@code lv NAME UUID LEASE} for each volume */
    public LeaseArea(LabScript script, String table) {
        this.script = script;
        String file = "";
        long start = 0;
        for (String line : table.lines().toList()) {
            String[] columns = line.split("\t", -1);
            switch (columns[0]) {
                case "area" -> {
                    file = columns[1];
                    start = Long.parseLong(columns[2]);
                }
                case "lv" -> {
                    if (!columns[3].equals("-")) {
                        offsets.put(columns[1], Long.parseLong(columns[3]));
                    }
                }
                default -> throw new LabException("no line of a lease area: " + line);
            }
        }
        if (file.isEmpty() || offsets.isEmpty()) {
            throw new LabException("there is no lease area: " + table);
        }
        this.disk = file;
        this.begin = start;
    }

    /** The names of all volumes that have a lease, without their volume group. */
    public Collection<String> volumes() {
        return offsets.keySet();
    }

    public Holding of(String volume) {
        return of(List.of(volume)).getOrDefault(volume, Holding.FREE);
    }

    /** Reads these volumes' leases with one dump. */
    public Map<String, Holding> of(Collection<String> volumes) {
        Map<Long, String> names = new TreeMap<>();
        for (String volume : volumes) {
            Long offset = offsets.get(volume);
            if (offset == null) {
                throw new LabException("no volume " + volume + " was there when the lease area was located");
            }
            names.put(begin + offset, volume);
        }
        long first = names.keySet().iterator().next();
        long last = ((TreeMap<Long, String>) names).lastKey();
        String dump = script.ok(
                LIMIT, "tool", "sanlock", "direct", "dump", disk + ":" + first + ":" + (last - first + LEASE));
        Map<String, Holding> held = new LinkedHashMap<>();
        parse(dump).forEach((offset, holding) -> {
            String name = names.get(offset);
            if (name != null) {
                held.put(name, holding);
            }
        });
        volumes.forEach(v -> {
            if (!held.containsKey(v)) {
                throw new LabException("the dump has no lease for " + v + ":\n" + dump);
            }
        });
        return held;
    }

    /** Everything that is held by anybody. */
    public Map<String, Holding> held() {
        Map<String, Holding> held = new TreeMap<>(of(volumes()));
        held.values().removeIf(h -> h.modes().isEmpty());
        return held;
    }

    /** By offset: a resource's own row names its exclusive owner when it carries a timestamp, and rows below it the sharers. */
    static Map<Long, Holding> parse(String dump) {
        Map<Long, Map<Integer, String>> rows = new LinkedHashMap<>();
        Map<Integer, String> current = new TreeMap<>();
        for (String line : dump.lines().toList()) {
            Matcher resource = RESOURCE.matcher(line);
            Matcher sharer = SHARER.matcher(line);
            if (resource.matches()) {
                current = new TreeMap<>();
                rows.put(Long.parseLong(resource.group(1)), current);
                if (Long.parseLong(resource.group(4)) != 0) {
                    current.put(Integer.parseInt(resource.group(5)), "ex");
                }
            } else if (sharer.matches()) {
                current.put(Integer.parseInt(sharer.group(1)), "sh");
            }
        }
        Map<Long, Holding> holdings = new LinkedHashMap<>();
        rows.forEach((offset, modes) -> holdings.put(offset, new Holding(modes)));
        return holdings;
    }
}
