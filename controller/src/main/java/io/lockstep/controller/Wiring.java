package io.lockstep.controller;

import io.agroal.api.AgroalDataSource;
import io.lockstep.controller.alarm.Alarms;
import io.lockstep.controller.grpc.GrpcAgents;
import io.lockstep.controller.handover.Begin;
import io.lockstep.controller.handover.Deadlines;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.controller.history.DataSources;
import io.lockstep.controller.history.Database;
import io.lockstep.controller.history.History;
import io.lockstep.controller.history.Migrations;
import io.lockstep.controller.host.Backoff;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.MonitorChanges;
import io.lockstep.controller.intervention.Closing;
import io.lockstep.controller.intervention.Suspending;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

/** Puts the controller together. */
@Singleton
class Wiring {

    /** A stream is silent when so many heartbeats did not come. */
    private static final int MISSED_HEARTBEATS = 3;

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    Deadlines deadlines(ControllerConfig config) {
        return Deadlines.NORMAL.scaled(config.deadlineScale());
    }

    @Produces
    @Singleton
    AgroalDataSource source(ControllerConfig config) {
        ControllerConfig.Database database = config.database();
        return DataSources.pooled(database.url(), database.user(), database.password());
    }

    void close(@Disposes AgroalDataSource source) {
        source.close();
    }

    @Produces
    @Singleton
    History history(AgroalDataSource source, InstantSource clock, @VirtualThreads ExecutorService threads) {
        Writer writer = new Writer(threads);
        History history = new History(new Database(source), writer, clock);
        writer.history = history;
        return history;
    }

    @Produces
    @Singleton
    Coordinator coordinator(
            ControllerConfig config,
            Deadlines deadlines,
            History history,
            InstantSource clock,
            @VirtualThreads ExecutorService threads) {
        SecureRandom random = new SecureRandom();
        ControllerConfig.Hosts hosts = config.hosts();
        return new Coordinator(
                new Coordinator.Outside(
                        new GrpcAgents(threads, clock),
                        history,
                        history,
                        history,
                        new MonitorChanges(clock),
                        threads,
                        clock,
                        random,
                        UUID::randomUUID),
                new Hosts.Settings(
                        hosts.heartbeat().multipliedBy(MISSED_HEARTBEATS),
                        new Backoff(hosts.redialFirst(), hosts.redialLongest()),
                        hosts.registerAgainAfter().multipliedBy(2)),
                deadlines);
    }

    void close(@Disposes Coordinator coordinator) {
        coordinator.close();
    }

    @Produces
    @Singleton
    Memory memory(ControllerConfig config, AgroalDataSource source, History history, Coordinator coordinator) {
        return new Memory(
                new Migrations(source),
                history,
                coordinator,
                DataSources.shared(config.database().url()));
    }

    @Produces
    @Singleton
    Hosts hosts(Coordinator coordinator) {
        return coordinator.hosts();
    }

    @Produces
    @Singleton
    Handovers handovers(Coordinator coordinator) {
        return coordinator.handovers();
    }

    @Produces
    @Singleton
    Begin begin(Coordinator coordinator) {
        return coordinator.begin();
    }

    @Produces
    @Singleton
    Alarms alarms(Coordinator coordinator) {
        return coordinator.alarms();
    }

    @Produces
    @Singleton
    Closing closing(Coordinator coordinator) {
        return coordinator.closing();
    }

    @Produces
    @Singleton
    Suspending suspending(Coordinator coordinator) {
        return coordinator.suspending();
    }

    /** Writes the history soon after something came, once for all that came meanwhile. */
    private static final class Writer implements Runnable {
        private final ExecutorService threads;
        private final AtomicBoolean called = new AtomicBoolean();
        private volatile @org.jspecify.annotations.Nullable History history;

        Writer(ExecutorService threads) {
            this.threads = threads;
        }

        @Override
        public void run() {
            History writing = history;
            // Before the database was opened, the ticker writes.
            if (writing != null && writing.problem().isEmpty() && called.compareAndSet(false, true)) {
                threads.execute(() -> {
                    called.set(false);
                    writing.write();
                });
            }
        }
    }
}
