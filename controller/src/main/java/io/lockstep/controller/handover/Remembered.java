package io.lockstep.controller.handover;

import io.lockstep.controller.handover.HandoverArchive.Filter;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.handover.HandoverId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The handovers in memory, with what happened in each, and the highest epoch of every domain.
 *
 * <p>Guarantees: every open one is here; of closed ones the latest are; no epoch is forgotten. Guarded by the lock of {@link
 * Handovers}.
 */
final class Remembered {

    /** Closed ones that stay in memory: late reports find them, and lists work while the database does not. */
    private static final int CLOSED_KEPT = 500;

    private final Map<HandoverId, Told> open = new LinkedHashMap<>();
    private final Map<HandoverId, Told> closed = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<HandoverId, Told> eldest) {
            return size() > CLOSED_KEPT;
        }
    };
    private final Map<DomainUuid, Epoch> epochs = new HashMap<>();

    void put(Handover handover, List<HandoverEvent> events) {
        Told entry = new Told(handover, List.copyOf(events));
        saw(handover.domain(), handover.epoch());
        (handover.open() ? closed : open).remove(handover.id());
        (handover.open() ? open : closed).put(handover.id(), entry);
    }

    @Nullable
    Told find(HandoverId id) {
        Told found = open.get(id);
        return found == null ? closed.get(id) : found;
    }

    /** In the order in which they opened. */
    List<Handover> open() {
        return open.values().stream().map(Told::handover).toList();
    }

    /** The latest first. */
    List<Handover> list(Filter filter) {
        return Stream.concat(open.values().stream(), closed.values().stream())
                .map(Told::handover)
                .filter(filter::matches)
                .sorted(Comparator.comparing(Handover::openedAt).reversed())
                .limit(filter.limit())
                .toList();
    }

    void saw(DomainUuid domain, Epoch epoch) {
        epochs.merge(domain, epoch, Epoch::highest);
    }

    Epoch highestEpoch(DomainUuid domain) {
        return epochs.getOrDefault(domain, Epoch.NONE);
    }

    /** Whether no later handover of its domain is known. */
    boolean latest(Handover handover) {
        return highestEpoch(handover.domain()).compareTo(handover.epoch()) <= 0;
    }
}
