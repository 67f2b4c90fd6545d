package io.lockstep.controller.history;

import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.handover.HandoverEvent;
import io.lockstep.core.handover.HandoverId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes what this controller knows of handovers into rows that other controllers write as well.
 *
 * <p>Guarantees: a row is only replaced by who has seen its latest version (compare-and-set), and then by what both know; a step
 * that several controllers have heard of is kept once, since who inserts steps has set the row's version first. To be called by
 * one thread at a time.
 */
final class HandoverWriter {

    private final HandoverRepository handovers;
    private final InstantSource clock;
    private final Map<HandoverId, Long> versions = new HashMap<>();

    HandoverWriter(HandoverRepository handovers, InstantSource clock) {
        this.handovers = handovers;
        this.clock = clock;
    }

    /** @throws ConflictException to be tried again */
    void changed(Connection connection, Handover handover, List<HandoverEvent> events) throws SQLException {
        Long expected = versions.get(handover.id());
        if (expected != null) {
            OptionalLong version = handovers.save(connection, handover, OptionalLong.of(expected));
            if (version.isPresent()) {
                handovers.append(connection, handover.id(), events);
                written(handover, handover, version.getAsLong());
                return;
            }
        }
        merge(connection, handover, events);
    }

    /** Said only where nobody has said more about the handover. */
    void learned(Connection connection, Handover handover, HandoverEvent how) throws SQLException {
        boolean known = handovers.find(connection, handover.id()).isPresent();
        changed(connection, handover, known ? List.of() : List.of(how));
    }

    void forgetVersions() {
        versions.clear();
    }

    private void merge(Connection connection, Handover handover, List<HandoverEvent> events) throws SQLException {
        Optional<HandoverRepository.Stored> stored = handovers.find(connection, handover.id());
        Handover both =
                stored.map(s -> handover.merged(s.handover(), clock.instant())).orElse(handover);
        List<HandoverEvent> known = handovers.events(connection, handover.id());
        List<HandoverEvent> news =
                events.stream().filter(e -> known.stream().noneMatch(e::same)).toList();
        if (stored.isPresent() && news.isEmpty() && both.sameRow(stored.get().handover())) {
            written(handover, both, stored.get().version());
            return;
        }
        OptionalLong version = handovers.save(
                connection, both, stored.map(s -> OptionalLong.of(s.version())).orElse(OptionalLong.empty()));
        if (version.isEmpty()) {
            throw new ConflictException("the row of handover " + handover.id() + " was written by another controller");
        }
        handovers.append(connection, handover.id(), news);
        written(handover, both, version.getAsLong());
    }

    /**
     * What a transaction that fails after all has set is mended by the next conflict. While the row says more than this controller
     * knows, the next change has to be put together with it again.
     */
    private void written(Handover handover, Handover row, long version) {
        if (row.open() && row.sameRow(handover)) {
            versions.put(handover.id(), version);
        } else {
            versions.remove(handover.id());
        }
    }
}
