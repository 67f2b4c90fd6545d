package io.lockstep.agent.lane;

import io.lockstep.core.reconcile.Drift;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Since when each drift stands. */
public final class DriftHistory {

    private volatile Map<Drift, Instant> since = Map.of();

    /** @param refusal why its correction was refused last; empty when it was not */
    public record Entry(Drift drift, Instant since, Optional<String> refusal) {

        /** What is wrong with the volume, for a person. */
        String words() {
            return refusal.orElse(drift.kind().words());
        }
    }

    void saw(List<Drift> drifts, Instant now) {
        Map<Drift, Instant> next = new TreeMap<>();
        drifts.forEach(d -> next.put(d, since.getOrDefault(d, now)));
        since = next;
    }

    boolean olderThan(Drift drift, Duration age, Instant now) {
        Instant first = since.get(drift);
        return first != null && !first.plus(age).isAfter(now);
    }

    /** @param refusals why a volume was refused last */
    List<Entry> entries(Function<Volume, Optional<LockResult>> refusals) {
        return since.entrySet().stream()
                .map(e -> new Entry(
                        e.getKey(),
                        e.getValue(),
                        refusals.apply(e.getKey().volume()).map(LockResult::reason)))
                .toList();
    }
}
