package io.lockstep.controller;

import io.lockstep.controller.handover.Handover;
import io.lockstep.controller.history.History;
import io.lockstep.controller.history.Migrations;
import io.lockstep.core.handover.HandoverId;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * Opens the database and reads the controller's former life from it, as soon as that works.
 *
 * <p>Guarantee: a database that does not work keeps nothing else from starting; it is tried again with every {@link #tick}.
 */
final class Memory {

    private final Migrations migrations;
    private final History history;
    private final Coordinator coordinator;
    private final boolean shared;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean restored;

    /** @param shared whether other controllers may write into the database as well */
    Memory(Migrations migrations, History history, Coordinator coordinator, boolean shared) {
        this.migrations = migrations;
        this.history = history;
        this.coordinator = coordinator;
        this.shared = shared;
    }

    /** Writes what waits; first restores what was. */
    void tick() {
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (!restored) {
                restore();
            } else if (history.write() && (shared || !history.problem().isEmpty())) {
                compare();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Any number of controllers may write into one database: what another one knows is learned from there too. A database that
     * could not be read is tried this way as well.
     */
    private void compare() {
        Set<HandoverId> open =
                coordinator.handovers().open().stream().map(Handover::id).collect(Collectors.toSet());
        history.written(open).ifPresent(w -> coordinator.compare(w.hosts(), w.forgotten(), w.handovers()));
    }

    private void restore() {
        try {
            migrations.migrate();
            History.Memory memory = history.load();
            coordinator.restore(memory.hosts(), memory.open(), memory.highest(), memory.standing());
            restored = true;
            history.problem("");
            history.write();
        } catch (SQLException e) {
            history.problem("it cannot be opened: "
                    + String.valueOf(e.getMessage()).strip().replace('\n', ' '));
        }
    }
}
