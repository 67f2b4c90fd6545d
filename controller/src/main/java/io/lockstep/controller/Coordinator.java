package io.lockstep.controller;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmHistory;
import io.lockstep.controller.alarm.Alarms;
import io.lockstep.controller.alarm.Looks;
import io.lockstep.controller.handover.Begin;
import io.lockstep.controller.handover.Deadlines;
import io.lockstep.controller.handover.HandoverArchive.Told;
import io.lockstep.controller.handover.HandoverHistory;
import io.lockstep.controller.handover.Handovers;
import io.lockstep.controller.handover.Wakes;
import io.lockstep.controller.host.Agents;
import io.lockstep.controller.host.Changes;
import io.lockstep.controller.host.Holds;
import io.lockstep.controller.host.HostHistory;
import io.lockstep.controller.host.HostListener;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.Inventory;
import io.lockstep.controller.host.Registration;
import io.lockstep.controller.intervention.Closing;
import io.lockstep.controller.intervention.Suspending;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Epoch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The whole controller without its shell.
 *
 * <p>Guarantee: time, randomness, threads and everything outside come through {@link Outside}, so a run with given ones repeats
 * exactly.
 */
public final class Coordinator implements AutoCloseable {

    /**
     * Everything that a controller does not do itself.
     *
     * @param executor runs what waits for an agent; may run it at once
     * @param ids for new handovers
     */
    public record Outside(
            Agents agents,
            HostHistory hostHistory,
            HandoverHistory handoverHistory,
            AlarmHistory alarmHistory,
            Changes changes,
            Executor executor,
            InstantSource clock,
            RandomGenerator random,
            Supplier<UUID> ids) {}

    private final Hosts hosts;
    private final Handovers handovers;
    private final Begin begin;
    private final Wakes wakes;
    private final Alarms alarms;
    private final Looks looks;
    private final Closing closing;
    private final Suspending suspending;

    public Coordinator(Outside outside, Hosts.Settings settings, Deadlines deadlines) {
        InstantSource clock = outside.clock();
        handovers = new Handovers(outside.handoverHistory(), outside.changes(), clock, deadlines);
        Holds holds = new Holds(outside.hostHistory());
        hosts = new Hosts(
                outside.agents(),
                outside.hostHistory(),
                new HostListener() {
                    @Override
                    public void inventory(Inventory inventory, Instant receivedAt) {
                        handovers.inventory(inventory, receivedAt);
                        holds.inventory(inventory, receivedAt);
                    }

                    @Override
                    public void forgotten(HostName host) {
                        holds.forgotten(host);
                    }
                },
                outside.changes(),
                clock,
                outside.random(),
                settings);
        begin = new Begin(hosts, handovers, outside.changes(), clock, deadlines, outside.ids());
        wakes = new Wakes(hosts, handovers, outside.executor(), clock, outside.random(), deadlines);
        handovers.listen(wakes::changed);
        alarms = new Alarms(outside.alarmHistory(), handovers, clock);
        closing = new Closing(hosts, handovers, clock, deadlines);
        suspending = new Suspending(hosts, handovers, alarms, clock, deadlines);
        looks = new Looks(hosts, handovers, alarms, outside.executor(), clock, deadlines);
    }

    /** What was known before; may come late, and then what has been learned meanwhile counts. */
    public void restore(
            Collection<Registration> registrations,
            Collection<Told> open,
            Map<DomainUuid, Epoch> highest,
            Collection<Alarm> standing) {
        handovers.restore(open, highest);
        alarms.restore(standing);
        hosts.restore(registrations);
    }

    /** What other controllers have written into the same database. */
    public void compare(
            Collection<Registration> registrations, Map<HostName, Instant> forgotten, Collection<Told> written) {
        handovers.restore(written, Map.of());
        hosts.forgottenElsewhere(forgotten);
        hosts.registeredElsewhere(registrations);
    }

    /** Streams and wakes that are due: every second or so. */
    public void tick() {
        hosts.tick();
        wakes.tick();
    }

    /** One round of fresh looks: every few seconds. */
    public void look() {
        looks.tick();
    }

    public Hosts hosts() {
        return hosts;
    }

    public Handovers handovers() {
        return handovers;
    }

    public Begin begin() {
        return begin;
    }

    public Alarms alarms() {
        return alarms;
    }

    public Closing closing() {
        return closing;
    }

    public Suspending suspending() {
        return suspending;
    }

    @Override
    public void close() {
        hosts.close();
    }
}
