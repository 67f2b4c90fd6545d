package io.lockstep.core.reconcile;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.Volume;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The drifts of one look at a volume group, and the corrections that they call for. */
public record Plan(List<Drift> drifts, List<Correction> corrections) {

    public static final Plan NOTHING = new Plan(List.of(), List.of());

    public Plan {
        drifts = List.copyOf(drifts);
        corrections = List.copyOf(corrections);
    }

    /** The corrections that an earlier look called for as well: what is seen once may be half-way to being right. */
    public Plan seenAlsoIn(Plan earlier) {
        return new Plan(
                drifts,
                corrections.stream().filter(earlier.corrections::contains).toList());
    }

    /** The corrections grouped into as few commands as possible, those that give something up first. */
    public static Map<LockMode, SortedSet<Volume>> batches(Collection<Correction> corrections) {
        Map<LockMode, SortedSet<Volume>> batches = new EnumMap<>(LockMode.class);
        corrections.forEach(
                c -> batches.computeIfAbsent(c.to(), m -> new TreeSet<>()).add(c.volume()));
        return Collections.unmodifiableMap(batches);
    }
}
