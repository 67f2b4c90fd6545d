package io.lockstep.lab.lease;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who holds one volume, as sanlock's lease says.
 *
 * @param modes {@code ex} or {@code sh}, by host_id; empty when nobody holds it
 */
public record Holding(Map<Integer, String> modes) {

    public static final Holding FREE = new Holding(Map.of());

    public Holding {
        modes = Map.copyOf(modes);
    }

    public static Holding exclusive(int host) {
        return new Holding(Map.of(host, "ex"));
    }

    public static Holding shared(int... hosts) {
        Map<Integer, String> modes = new TreeMap<>();
        for (int host : hosts) {
            modes.put(host, "sh");
        }
        return new Holding(modes);
    }

    /** sanlock owns the lease's leader record for a moment while it enters a sharer; no host holds the volume EXCLUSIVE then. */
    boolean inTransition() {
        return modes.containsValue("ex") && modes.containsValue("sh");
    }

    @Override
    public String toString() {
        return modes.isEmpty()
                ? "free"
                : new TreeMap<>(modes)
                        .entrySet().stream()
                                .map(e -> "h" + e.getKey() + " " + (e.getValue().equals("ex") ? "EXCLUSIVE" : "SHARED"))
                                .collect(Collectors.joining(", "));
    }
}
