package io.lockstep.controller;

import io.lockstep.controller.history.History;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Opens the database and reads the controller's former life from it, as soon as that works.
 *
 * <p>Guarantee: a database that does not work keeps nothing else from starting; it is tried again with every {@link #tick}.
 */
final class Memory {

    private final Flyway flyway;
    private final History history;
    private final Coordinator coordinator;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean restored;

    Memory(Flyway flyway, History history, Coordinator coordinator) {
        this.flyway = flyway;
        this.history = history;
        this.coordinator = coordinator;
    }

    /** Writes what waits; first restores what was. */
    void tick() {
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (!restored) {
                restore();
            } else if (history.write()) {
                history.check();
            }
        } finally {
            lock.unlock();
        }
    }

    private void restore() {
        try {
            flyway.migrate();
            History.Memory memory = history.load();
            coordinator.restore(memory.hosts(), memory.open(), memory.highest(), memory.standing());
            restored = true;
            history.problem("");
            history.write();
        } catch (FlywayException | SQLException e) {
            history.problem("it cannot be opened: "
                    + String.valueOf(e.getMessage()).strip().replace('\n', ' '));
        }
    }
}
